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

        void refuse(Refused command);
    }

    /**
     * To subscribe to the channels.
     *
     * @param names as the client wrote them, not yet checked, since each is answered as if alone
     * @param list whether the client sent a list, and so gets one
     */
    record Subscribe(@Nullable CommandId id, List<String> names, boolean list) implements Command {
        public Subscribe {
            names = List.copyOf(names);
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

    /** To publish to a channel, or without one to every session. */
    record Publish(@Nullable CommandId id, @Nullable ChannelName channel, Payload payload) implements Command {
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

    /** Something that is no command, in its place among the others, so that answers keep their order. */
    record Refused(@Nullable CommandId id, ProtocolException error) implements Command {
        @Override
        public void dispatch(Handler handler) {
            handler.refuse(this);
        }
    }
}
