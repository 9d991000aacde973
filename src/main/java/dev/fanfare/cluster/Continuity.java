package dev.fanfare.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/** What came on one channel from each instance last, and so what did not come. */
final class Continuity {
    /** Of how many instances it knows. */
    static final int MOST = 1_024;

    /** Came before: it is not to be delivered again. */
    static final long REPEATED = -1;

    private final Map<String, Position> last = new LinkedHashMap<>(4, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
            return size() > MOST;
        }
    };
    private long since = Long.MAX_VALUE;

    /** From this moment, in milliseconds since 1970, everything should come; called again, it changes nothing. */
    void begin(long now) {
        since = Math.min(since, now);
    }

    /** How many messages were missed right before this one, or {@link #REPEATED}. */
    long receive(String origin, Position position) {
        Position before = last.get(origin);
        if (before != null && before.start() == position.start()) {
            if (position.number() <= before.number()) {
                return REPEATED;
            }
            last.put(origin, position);
            return position.number() - before.number() - 1;
        }
        if (before != null && position.start() < before.start()) {
            return REPEATED;
        }
        last.put(origin, position);
        // Where its first message was before our time, nobody knows which of them were.
        return position.start() > since ? position.number() - 1 : 0;
    }
}
