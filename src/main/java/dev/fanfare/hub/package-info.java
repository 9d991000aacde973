/**
 * Order, membership and who gets what: the one place in an instance that knows which loops hold subscribers of which
 * channel, that puts publications in order, and that answers those who published them. {@code Hub} finds the {@code Channel} and asks it; one with
 * a history has a {@code Tail}, which knows how far it has been delivered here, and tells by its {@code Recoveries} who comes back
 * what he has missed.
 */
@NullMarked
package dev.fanfare.hub;

import org.jspecify.annotations.NullMarked;
