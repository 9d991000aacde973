package dev.fanfare.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks for. {@link #id} is null where it wants no answer. */
public sealed interface Command {
    @Nullable
    CommandId id();

    /** Calls the method of {@code handler} that is meant for this kind of command. */
    void dispatch(Handler handler);

    /** Carries commands out. */
    interface Handler {
        void subscribe(Subscribe command);

        void unsubscribe(Unsubscribe command);

        void publish(Publish command);

        void ping(Ping command);

        void token(Token command);

        void history(History command);

        void presence(Presence command);

        void acknowledge(Acknowledge command);

        void refuse(Refused command);
    }

    /**
     * To subscribe to the channels.
     *
     * @param wishes each is answered as if alone
     * @param list whether the client sent a list, and so gets one
     */
    record Subscribe(@Nullable CommandId id, List<Wish> wishes, boolean list) implements Command {
        public Subscribe {
            wishes = List.copyOf(wishes);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.subscribe(this);
        }
    }

    /** To leave a channel, whether subscribed or not. */
    record Unsubscribe(@Nullable CommandId id, ChannelName channel) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.unsubscribe(this);
        }
    }

    /**
     * What a client wants of a channel.
     *
     * @param name of the channel as the client wrote it, not yet checked
     * @param recover behind which position it wants what it has missed, or null
     * @param consumer as whom it acknowledges, or null
     * @param info what others are to know of it, or null
     * @param error why it can't be a wish, or null
     */
    record Wish(
            String name,
            @Nullable Position recover,
            @Nullable String consumer,
            @Nullable Payload info,
            @Nullable ProtocolException error) {
        /** For a channel and nothing else. */
        public Wish(String name) {
            this(name, null, null, null, null);
        }
    }

    /**
     * To publish to a channel, or without one to every session.
     *
     * @param key by which the same publication is known when it is sent again, or null
     */
    record Publish(
            @Nullable CommandId id,
            @Nullable ChannelName channel,
            Payload payload,
            @Nullable String key) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.publish(this);
        }
    }

    /** To be answered. */
    record Ping(@Nullable CommandId id) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.ping(this);
        }
    }

    /** To go on with a fresh token. */
    record Token(@Nullable CommandId id, String token) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.token(this);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Token[" + id + "]";
        }
    }

    /**
     * To read what was published.
     *
     * @param since behind which position, or with {@code reverse} in front of it; null for all
     * @param limit how many messages at most
     */
    record History(
            @Nullable CommandId id,
            ChannelName channel,
            @Nullable Position since,
            int limit,
            boolean reverse) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.history(this);
        }
    }

    /** To know who is subscribed, or with {@code count} how many. */
    record Presence(@Nullable CommandId id, ChannelName channel, boolean count) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.presence(this);
        }
    }

    /** All messages of a channel up to an offset have been dealt with. */
    record Acknowledge(@Nullable CommandId id, ChannelName channel, long offset) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.acknowledge(this);
        }
    }

    /** Something that is no command, in its place among the others, so that answers keep their order. */
    record Refused(@Nullable CommandId id, ProtocolException error) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.refuse(this);
        }
    }
}
