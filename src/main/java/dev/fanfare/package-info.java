/**
 * Fanfare, a clustered WebSocket relay. Everything is a channel: a raw socket is a subscriber of one channel that speaks
 * bare frames, a socket on {@code /ws} subscribes to as many as it likes and speaks JSON, and a broadcast is a message
 * without a channel.
 *
 * <p>Where a frame goes:
 *
 * <ol>
 *   <li>{@code http.HttpVerticle} receives the upgrade request; {@code http.Handshake} accepts it or answers with a
 *       status, and {@code http.Admission} counts it. Who it is, {@code auth.Access} tells.
 *   <li>{@code http.PipelineTakeover} gives the channel to a {@code http.WebSocketConnection}, which passes whole
 *       messages, inflated where compression was negotiated, to its {@code http.Session}. The session's
 *       {@code protocol.WireProtocol} turns each into a {@code protocol.Command}, which waits while
 *       {@code auth.Access} decides whether it is allowed.
 *   <li>A publish becomes a {@code protocol.Publication}, and {@code http.HubClient} sends it to the hub over the bus,
 *       within the loop's credit ({@code bus.Addresses.PUBLISH}).
 *   <li>{@code hub.Hub} stamps it once and finds the loops that hold subscribers of its {@code hub.Channel}. Where there are
 *       other instances, it also hands it to the bridge ({@code hub.Uplink}, {@code bus.Addresses.RELAY}). A message of a channel
 *       with a history goes to the {@code store.History} first, which gives it its {@code protocol.Position}: in memory, or by the
 *       bridge in Redis ({@code cluster.RedisHistory}). From there it comes back, also to where it was sent, and the
 *       {@code hub.Tail} of the channel lets it pass when it is next.
 *   <li>At the end of its tick the hub sends each of these loops one {@code bus.LoopBatch}, with its answers to that
 *       loop in the same order ({@code bus.Addresses.loop}).
 *   <li>{@code http.LocalSubscribers} of the loop appends each message to its {@code http.Audience}, which encodes it
 *       once for each {@code protocol.WireFormat} (compressed is another format). At the end of the loop's
 *       {@code http.Tick} the batch is written to every subscriber as one shared buffer, and every socket is flushed
 *       once. Who is slow is cut off, or goes down an {@code http.Ladder} and catches up.
 *   <li>{@code cluster.Bridge} puts it into a {@code cluster.Envelope} and sends it to Redis, by the
 *       {@code cluster.Link} to the server that has its channel. When Redis has confirmed it, the hub answers its
 *       publisher.
 *   <li>The bridges of other instances check it, drop what is their own, and hand it to their hub
 *       ({@code bus.Addresses.RECEIVED}), which goes on with step 4, but for the relay.
 * </ol>
 *
 * <p>Who reads by Server-Sent Events is a {@code http.EventStream} on a {@code http.EventStreamConnection}: another subscriber with another format,
 * in steps 1, 2 and 6. It sends no commands; those that are posted are each a {@code http.PostedCommand}. They, the {@code http.Api} and the application
 * around an instance ({@link dev.fanfare.Fanfare}) publish without a session, by the {@code http.Publisher} of a loop: step 3.
 *
 * <p>Who subscribes enters by {@code http.Subscriptions}; on a channel that keeps something the hub tells it where it stands
 * ({@code hub.Arrival}), and what it has missed ({@code hub.Recoveries}), in the same order as the messages.
 *
 * <p>Nothing else writes messages to sockets. State belongs to one event loop each, and what travels between them is
 * immutable. {@code MainVerticle} builds the parts of a {@code Setup} and is the only class that sees all packages.
 */
@NullMarked
package dev.fanfare;

import org.jspecify.annotations.NullMarked;
