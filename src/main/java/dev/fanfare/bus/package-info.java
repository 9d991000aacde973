/**
 * Every event-bus address, its message type and the codec, in one place; the only user of Vert.x's event bus. What
 * travels is immutable and passes by reference. Between one sender and one address the order is kept.
 */
@NullMarked
package dev.fanfare.bus;

import org.jspecify.annotations.NullMarked;
