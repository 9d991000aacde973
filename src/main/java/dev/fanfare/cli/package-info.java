/** The commands of {@code fanfare.jar}. */
@NullMarked
package dev.fanfare.cli;

import org.jspecify.annotations.NullMarked;
