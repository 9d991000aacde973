/**
 * The load generator: many clients on few threads, of WebSockets or Server-Sent Events, and an honest account of what they got.
 *
 * <p>It is a client from outside and shares no code with the server, so that it measures any WebSocket relay alike and
 * a mistake of the server's codec cannot hide behind the same mistake here. A {@link
 * dev.fanfare.cli.bench.SocketLoop} is a thread with a selector and its share of the {@link
 * dev.fanfare.cli.bench.Connection connections}; what they receive is parsed in place in the loop's one read buffer by
 * the {@link dev.fanfare.cli.bench.FrameParser}, or the {@link dev.fanfare.cli.bench.EventParser}, and entered into the loop's {@link dev.fanfare.cli.bench.Tally}. The
 * {@link dev.fanfare.cli.bench.Publisher} sends on one of the subscribers' sockets, or on one of its own, at the times that its {@link
 * dev.fanfare.cli.bench.Pace} intends; every message carries a {@link dev.fanfare.cli.bench.Stamp} with its sequence
 * number and that intended time, so a stalled server is charged for every message that should have been under way
 * (no coordinated omission). {@link dev.fanfare.cli.bench.FanoutBench} and {@link dev.fanfare.cli.bench.IdleBench} are
 * the two experiments; both read the server's processor time and memory from the operating system.
 */
@NullMarked
package dev.fanfare.cli.bench;

import org.jspecify.annotations.NullMarked;
