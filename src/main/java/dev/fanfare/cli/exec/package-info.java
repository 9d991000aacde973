/**
 * A command whose output is streamed. {@link dev.fanfare.cli.exec.Child} runs it; an {@link dev.fanfare.cli.exec.OutputReader} for each of its two streams
 * copies what it reads, and a {@link dev.fanfare.cli.exec.LineCutter} makes lines of it, without what a {@link dev.fanfare.cli.exec.Mask} hides. They go
 * to the {@link dev.fanfare.cli.exec.Journal}, a file, from where the {@link dev.fanfare.cli.exec.Delivery} sends them, one request after the other, until
 * each is confirmed.
 */
@NullMarked
package dev.fanfare.cli.exec;

import org.jspecify.annotations.NullMarked;
