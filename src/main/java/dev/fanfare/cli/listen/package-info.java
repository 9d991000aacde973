/** What a terminal is shown of channels: a {@link dev.fanfare.cli.listen.Listener} on the Java client, and its {@link dev.fanfare.cli.listen.Printer}. */
@NullMarked
package dev.fanfare.cli.listen;

import org.jspecify.annotations.NullMarked;
