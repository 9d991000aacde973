package dev.fanfare.cluster;

import dev.fanfare.config.RedisUrl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why none of several servers could tell. */
final class Failures {
    private final List<String> sentences = new ArrayList<>();
    private @Nullable Throwable cause;

    void add(RedisUrl asked, Throwable why) {
        sentences.add(asked.place() + ": " + Server.reason(why));
        // Where one of them may tell later, it is worth while to ask again.
        if (cause == null || !Server.isFinal(why)) {
            cause = why;
        }
    }

    /** @param what nobody could tell, as the beginning of a sentence */
    IllegalStateException exception(String what) {
        return new IllegalStateException(what + ": " + String.join("; ", sentences), cause);
    }
}
