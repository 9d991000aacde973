package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
    record Subscribed(@Nullable CommandId id, ChannelName channel, long timestamp, Start start) implements Answer {}

    /**
     * Where a subscription begins.
     *
     * @param position behind which messages come, or null on a channel without a history
     * @param recovery what became of the wish to recover, or null where there was none
     */
    record Start(@Nullable Position position, @Nullable Recovery recovery) {
        /** On a channel without a history. */
        public static final Start LIVE = new Start(null, null);
    }

    /**
     * What a client gets that wanted to recover.
     *
     * @param whole whether this is all that it has missed; else it is nothing
     * @param messages of one channel; null where they come by themselves behind the answer
     */
    record Recovery(boolean whole, @Nullable Messages messages) {}

    /** Messages as they stand in an answer, shared by all who get them. */
    interface Messages {
        /** None. */
        Messages NONE = () -> Unpooled.EMPTY_BUFFER;

        /** The elements of a JSON list, as {@link JsonProtocol#writeList} writes them; a reference to it goes to the caller. */
        ByteBuf json();
    }

    /**
     * A part of a channel's history.
     *
     * @param top the position of the newest message
     */
    record History(@Nullable CommandId id, ChannelName channel, long timestamp, Position top, Messages messages)
            implements Answer {}

    /** Who is subscribed. */
    record Present(@Nullable CommandId id, ChannelName channel, long timestamp, List<Member> members)
            implements Answer {
        public Present {
            members = List.copyOf(members);
        }
    }

    /** How many are subscribed. */
    record PresentCount(@Nullable CommandId id, ChannelName channel, long timestamp, long count) implements Answer {}

    /** Messages of a subscription are lost; it goes on behind {@code position}. */
    record PositionLost(ChannelName channel, long timestamp, Position position) implements Answer {
        @Override
        public @Nullable CommandId id() {
            return null;
        }
    }

    /** What became of each channel of a list. */
    record SubscribedToList(@Nullable CommandId id, List<Outcome> outcomes, long timestamp) implements Answer {
        public SubscribedToList {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * An event stream begins: who it is, and what became of each of its channels.
     *
     * @param resumable whether its ids tell where it stands
     */
    record Opened(String session, List<Outcome> outcomes, boolean resumable, long timestamp) implements Answer {
        public Opened {
            outcomes = List.copyOf(outcomes);
        }

        @Override
        public @Nullable CommandId id() {
            return null;
        }
    }

    /** An event stream ends, as a WebSocket does. */
    record Closed(CloseCode code, String reason, long timestamp) implements Answer {
        @Override
        public @Nullable CommandId id() {
            return null;
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
     * @param position in the history of the channel, or null where there is none
     */
    record Published(
            @Nullable CommandId id,
            @Nullable ChannelName channel,
            long timestamp,
            boolean local,
            @Nullable Position position)
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
    record Outcome(String name, Start start, @Nullable ProtocolException error) {}
}
