/** The signals of the operating system, which Java itself has no names for. */
@NullMarked
package dev.fanfare.cli.signal;

import org.jspecify.annotations.NullMarked;
