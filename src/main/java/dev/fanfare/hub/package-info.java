/**
 * Order, membership and who gets what: the one place in an instance that knows which loops hold subscribers of which
 * channel, that puts publications in order, and that answers those who published them.
 */
@NullMarked
package dev.fanfare.hub;

import org.jspecify.annotations.NullMarked;
