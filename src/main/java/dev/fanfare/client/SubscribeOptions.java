package dev.fanfare.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Each method returns another with one thing changed.
 *
 * @param from where to begin: with what was published behind it; {@code null} for what comes next
 * @param consumer a name under which {@link Subscription#ack} is kept, on a channel with {@code ack}: without {@code from} it begins behind what was acknowledged last
 * @param info JSON that presence tells of this session
 * @param onLost told of messages that can't be had any more
 * @param onJoin told who has come, on a channel with {@code join-leave}
 * @param onLeave told who has gone
 */
public record SubscribeOptions(
        @Nullable Position from,
        @Nullable String consumer,
        @Nullable String info,
        Consumer<Loss> onLost,
        Consumer<Member> onJoin,
        Consumer<Member> onLeave) {
    /** From now on, and nothing else. */
    public static final SubscribeOptions DEFAULT =
            new SubscribeOptions(null, null, null, loss -> {}, member -> {}, member -> {});

    public SubscribeOptions {
        if (info != null) {
            Json.check("info", info);
        }
    }

    /** Begins behind this position. */
    public SubscribeOptions from(Position position) {
        return new SubscribeOptions(position, consumer, info, onLost, onJoin, onLeave);
    }

    /** Subscribes as this consumer. */
    public SubscribeOptions consumer(String name) {
        return new SubscribeOptions(from, name, info, onLost, onJoin, onLeave);
    }

    /** Tells this JSON of itself, where the token says nothing. */
    public SubscribeOptions info(String json) {
        return new SubscribeOptions(from, consumer, json, onLost, onJoin, onLeave);
    }

    /** Wants to know what is lost. */
    public SubscribeOptions onLost(Consumer<Loss> handler) {
        return new SubscribeOptions(from, consumer, info, handler, onJoin, onLeave);
    }

    /** Wants to know who comes. */
    public SubscribeOptions onJoin(Consumer<Member> handler) {
        return new SubscribeOptions(from, consumer, info, onLost, handler, onLeave);
    }

    /** Wants to know who goes. */
    public SubscribeOptions onLeave(Consumer<Member> handler) {
        return new SubscribeOptions(from, consumer, info, onLost, onJoin, handler);
    }
}
