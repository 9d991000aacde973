package dev.fanfare.bus;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A publication that comes from no session.
 *
 * @param key by which the same publication is known when it is sent again, or null
 */
public record Submission(Publication publication, @Nullable String key) {
    public Submission {
        if (key != null && !Append.isKey(key)) {
            throw new IllegalArgumentException(Append.KEY_RULE);
        }
    }
}
