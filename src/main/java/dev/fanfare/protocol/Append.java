package dev.fanfare.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message that is to have its place in the history of its channel.
 *
 * @param message for a channel, and without a position
 * @param key the same within five minutes on the same channel is the same message; null where every one is another
 */
public record Append(Message message, @Nullable String key, Retention retention) {
    /** What a key has to look like, for those who are told that theirs does not. */
    public static final String KEY_RULE = "'key' is a string of 1 to 128 bytes";

    /** What is said of a key that has no history to be looked for in. */
    public static final String NEEDS_HISTORY = "'key' is for channels with a history";

    private static final int MOST_KEY = 128;

    /** Whether a text may be a key. */
    public static boolean isKey(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return length > 0 && length <= MOST_KEY;
    }

    /** The channel of the message. */
    public ChannelName channel() {
        ChannelName channel = message.publication().channel();
        if (channel == null) {
            throw new IllegalStateException("a broadcast has no history");
        }
        return channel;
    }
}
