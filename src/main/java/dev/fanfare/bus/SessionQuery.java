package dev.fanfare.bus;

import dev.fanfare.bus.Disconnect.User;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks for sessions, in the order of their ids.
 *
 * @param user whose, or null for all
 * @param after behind which id, empty for all
 * @param limit so many at most
 */
public record SessionQuery(@Nullable User user, String after, int limit) {
    /** What {@code after} has to look like, for those who are told that theirs does not. */
    public static final String RULE = "'after' is up to 22 of A-Z a-z 0-9 _ -";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_-]{0,22}");

    public SessionQuery {
        if (!PATTERN.matcher(after).matches()) {
            throw new IllegalArgumentException(RULE);
        }
        Page.checkLimit(limit);
    }

    /** Whether a session is asked for. */
    public boolean means(SessionInfo session) {
        return session.id().compareTo(after) > 0 && (user == null || user.means(session.id(), session.user()));
    }

    /** These, as the answer. */
    public Page<SessionInfo> page(Iterable<SessionInfo> found) {
        return Page.of(found, SessionInfo::id, (one, same) -> one, limit);
    }

    /** The answers of several as one. */
    public Page<SessionInfo> merge(Iterable<Page<SessionInfo>> pages) {
        return Page.merge(pages, SessionInfo::id, (one, same) -> one, limit);
    }
}
