/** The name of every meter, once. Meters may be used by any thread; no label carries a channel, user or address. */
@NullMarked
package dev.fanfare.metrics;

import org.jspecify.annotations.NullMarked;
