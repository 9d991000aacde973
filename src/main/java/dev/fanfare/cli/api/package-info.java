/** The HTTP API of an instance, as commands use it. */
@NullMarked
package dev.fanfare.cli.api;

import org.jspecify.annotations.NullMarked;
