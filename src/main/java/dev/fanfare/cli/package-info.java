/** The commands of {@code fanfare.jar}: each parses its options, hands over, and turns the outcome into an exit status. */
@NullMarked
package dev.fanfare.cli;

import org.jspecify.annotations.NullMarked;
