package dev.fanfare.bus;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose sessions an operator ends. */
public sealed interface Disconnect {
    /**
     * Whether a session is among them.
     *
     * @param user whose session it is, or null where it is nobody's
     */
    boolean means(String session, @Nullable String user);

    /**
     * All sessions of a user.
     *
     * @param name 1 to 256 characters, none of them a control character
     */
    record User(String name) implements Disconnect {
        /** What a name has to look like, for those who are told that theirs does not. */
        public static final String RULE = "a user is 1 to 256 characters, none of them a control character";

        private static final int MOST = 256;

        public User {
            int length = name.codePointCount(0, name.length());
            if (length < 1 || length > MOST || name.chars().anyMatch(Character::isISOControl) || !isUnicode(name)) {
                throw new IllegalArgumentException(RULE);
            }
        }

        /** Half a surrogate pair is no character, and does not travel. */
        private static boolean isUnicode(String name) {
            return StandardCharsets.UTF_8.newEncoder().canEncode(name);
        }

        @Override
        public boolean means(String session, @Nullable String user) {
            return name.equals(user);
        }
    }

    /**
     * One session.
     *
     * @param id as the header {@code Fanfare-Session} of its handshake told: 22 characters of Base64url
     */
    record Session(String id) implements Disconnect {
        /** What an id has to look like, for those who are told that theirs does not. */
        public static final String RULE = "a session is 22 of A-Z a-z 0-9 _ -";

        private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_-]{22}");

        public Session {
            if (!PATTERN.matcher(id).matches()) {
                throw new IllegalArgumentException(RULE);
            }
        }

        @Override
        public boolean means(String session, @Nullable String user) {
            return id.equals(session);
        }
    }
}
