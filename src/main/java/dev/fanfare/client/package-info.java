/**
 * The client for JVM applications, on the JDK's {@code HttpClient} and nothing else: {@link dev.fanfare.client.ReconnectingClient} speaks to channels on
 * {@code /ws}, {@link dev.fanfare.client.RawClient} to the raw relay. Both connect by themselves, come back when they are cut off, and end with
 * {@code close()}.
 *
 * <p>A {@code Reconnection} keeps one {@code Connection} at a time up: it asks for a token, lets a {@code Connector} connect, watches for silence, and decides
 * by the {@code Ending} of a connection whether and when there is another. What is said over it is the matter of its {@code Peer}: {@code Commands} waits for
 * answers, and {@code Subscriptions} holds what is subscribed to, with a {@code ChannelSubscription} each, whose {@code Progress} sees to it that nothing is
 * delivered twice or left out. All of this belongs to one thread, the client's {@code Loop}; the application's callbacks run elsewhere, in order, by {@code Callbacks}. A message
 * that was read is made up for with the next only when its callbacks have run: so who is slow stops reading, and TCP tells the server.
 *
 * <p>It is a jar of its own, and nothing in it knows the server's classes.
 */
@NullMarked
package dev.fanfare.client;

import org.jspecify.annotations.NullMarked;
