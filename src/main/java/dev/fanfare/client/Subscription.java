package dev.fanfare.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A channel that a {@link ReconnectingClient} is subscribed to, over all its connections, until {@link #unsubscribe()}. On a channel with a history its
 * handler gets each message once and in order, also those that were published while there was no connection; what can't be had any more is told to
 * {@link SubscribeOptions#onLost}. On others it gets what is published while it is connected.
 */
public interface Subscription {
    /** The name of the channel. */
    String channel();

    /**
     * Up to where the handler has got: the position of the last message that it has returned from, or where it began. {@code null} on a channel without
     * a history, and before it has begun.
     */
    @Nullable
    Position position();

    /** Completes when it is subscribed for the first time; fails where the server does not allow it, or where it ends before. */
    CompletableFuture<Void> ready();

    /** Completes after {@link #unsubscribe()}; fails where the subscription is refused or taken away, or the client ends. */
    CompletableFuture<Void> ended();

    /** Ends it: the handler is not called any more by the time it completes. */
    CompletableFuture<Void> unsubscribe();

    /** Reads messages that were published. */
    CompletableFuture<HistoryPage> history(HistoryQuery query);

    /** Who is subscribed, on a channel with {@code presence}. */
    CompletableFuture<List<Member>> presence();

    /**
     * Tells the server that this consumer is done with the messages up to here. It is not answered. What is acknowledged without a connection is told on the
     * next one.
     */
    void ack(long offset);
}
