package dev.fanfare.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told of its command; {@link WireProtocol#answer} writes it. {@code timestamp} is in milliseconds
 * since 1970.
 */
public sealed interface Answer {
    @Nullable
    CommandId id();

    long timestamp();

    /** Subscribed to a channel. */
    record Subscribed(@Nullable CommandId id, ChannelName channel, long timestamp) implements Answer {}

    /** What became of each channel of a list. */
    record SubscribedToList(@Nullable CommandId id, List<Outcome> outcomes, long timestamp) implements Answer {
        public SubscribedToList {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** Not subscribed any more. */
    record Unsubscribed(@Nullable CommandId id, ChannelName channel, long timestamp) implements Answer {}

    /** Not subscribed any more, without having asked for it: it is not allowed any more. */
    record Withdrawn(ChannelName channel, long timestamp) implements Answer {
        @Override
        public @Nullable CommandId id() {
            return null;
        }
    }

    /** The session goes on with the token. */
    record TokenTaken(@Nullable CommandId id, long timestamp) implements Answer {}

    /**
     * Taken, and in its place in the order.
     *
     * @param local whether it is not certain that other instances were sent it
     */
    record Published(@Nullable CommandId id, @Nullable ChannelName channel, long timestamp, boolean local)
            implements Answer {}

    /** To a ping. */
    record Pong(@Nullable CommandId id, long timestamp) implements Answer {}

    /** Refused. */
    record Failed(@Nullable CommandId id, ProtocolException error, long timestamp) implements Answer {}

    /**
     * What became of one channel of a list.
     *
     * @param name as the client wrote it
     * @param error why it was refused, or null where it was not
     */
    record Outcome(String name, @Nullable ProtocolException error) {}
}
