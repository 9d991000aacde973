/** Fanfare. */
@NullMarked
package dev.fanfare;

import org.jspecify.annotations.NullMarked;
