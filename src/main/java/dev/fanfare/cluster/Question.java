package dev.fanfare.cluster;

import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Loops;
import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What the instances are asked; each answers with a number. */
sealed interface Question {
    /** Its first word, as it travels. */
    String verb();

    /** What stands behind that: words of ASCII, whatever it is about. */
    String object();

    /** The answer of this instance. */
    Future<Long> answer(Loops loops);

    /** The question of these words; null where they are none. */
    static @Nullable Question of(String verb, String object) {
        try {
            return switch (verb) {
                case Count.VERB -> new Count(new ChannelName(object));
                case End.VERB -> End.of(object);
                default -> null;
            };
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }

    /** How many subscribers a channel has. */
    record Count(ChannelName channel) implements Question {
        private static final String VERB = "count";

        @Override
        public String verb() {
            return VERB;
        }

        @Override
        public String object() {
            return channel.value();
        }

        @Override
        public Future<Long> answer(Loops loops) {
            return loops.subscribers(channel);
        }
    }

    /** To end sessions: how many were ended. */
    record End(Disconnect whom) implements Question {
        private static final String VERB = "disconnect";
        private static final String USER = "user ";
        private static final String SESSION = "session ";

        private static End of(String object) throws CharacterCodingException {
            if (object.startsWith(SESSION)) {
                return new End(new Disconnect.Session(object.substring(SESSION.length())));
            }
            if (!object.startsWith(USER)) {
                throw new IllegalArgumentException("neither a user nor a session");
            }
            byte[] name = Base64.getUrlDecoder().decode(object.substring(USER.length()));
            return new End(new Disconnect.User(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString()));
        }

        @Override
        public String verb() {
            return VERB;
        }

        /** A user may be called anything, also with spaces: in Base64url that means nothing. */
        @Override
        public String object() {
            if (whom instanceof Disconnect.User user) {
                byte[] name = user.name().getBytes(StandardCharsets.UTF_8);
                return USER + Base64.getUrlEncoder().withoutPadding().encodeToString(name);
            }
            return SESSION + ((Disconnect.Session) whom).id();
        }

        @Override
        public Future<Long> answer(Loops loops) {
            return loops.disconnect(whom);
        }
    }
}
