/**
 * What is said: commands, publications, messages, errors, channel names and close codes, and the wire protocols that
 * read and write them. Everything here is immutable and belongs to no thread.
 */
@NullMarked
package dev.fanfare.protocol;

import org.jspecify.annotations.NullMarked;
