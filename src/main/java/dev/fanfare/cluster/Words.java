package dev.fanfare.cluster;

import dev.fanfare.bus.Disconnect;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What instances say to each other, piece by piece: words of ASCII. What is read and is none is an {@link IllegalArgumentException}. */
final class Words {
    private static final String USER = "user ";
    private static final String SESSION = "session ";

    private Words() {}

    /** Any text, also with spaces: in Base64url they mean nothing. */
    static String of(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(String word) {
        byte[] text = Base64.getUrlDecoder().decode(word);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("no UTF-8", e);
        }
    }

    /** Whose sessions are meant. */
    static String of(Disconnect whom) {
        return whom instanceof Disconnect.User user
                ? USER + of(user.name())
                : SESSION + ((Disconnect.Session) whom).id();
    }

    static Disconnect whom(String words) {
        if (words.startsWith(SESSION)) {
            return new Disconnect.Session(words.substring(SESSION.length()));
        }
        if (!words.startsWith(USER)) {
            throw new IllegalArgumentException("neither a user nor a session");
        }
        return new Disconnect.User(text(words.substring(USER.length())));
    }
}
