package dev.fanfare.client;

import org.jspecify.annotations.Nullable;

/**
 * Which messages of a history to read.
 *
 * @param since where to begin: behind it, or in front of it with {@code reverse}; {@code null} for the oldest, or the newest with {@code reverse}
 * @param limit how many at most, 1 to 1,000
 * @param reverse the newest first
 */
public record HistoryQuery(@Nullable Position since, int limit, boolean reverse) {
    /** The most messages that the server gives at once. */
    public static final int MOST = 1_000;

    public HistoryQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit: " + limit + " is not from 1 to " + MOST);
        }
    }

    /** The oldest messages there are. */
    public static HistoryQuery oldest(int limit) {
        return new HistoryQuery(null, limit, false);
    }

    /** The newest messages, the newest first. */
    public static HistoryQuery newest(int limit) {
        return new HistoryQuery(null, limit, true);
    }

    /** The messages behind a position, in order. */
    public static HistoryQuery since(Position position, int limit) {
        return new HistoryQuery(position, limit, false);
    }
}
