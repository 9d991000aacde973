package dev.fanfare.cluster;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What came on one channel from each instance last, and so what did not come. */
final class Continuity {
    /** An instance of which nothing came for so long, in milliseconds, is forgotten when another one comes. */
    static final long SILENCE = 600_000;

    /** Came before: it is not to be delivered again. */
    static final long REPEATED = -1;

    private record Last(SequenceNumber sequence, long at) {}

    /** The one that was silent for the longest time first. */
    private final Map<String, Last> lasts = new LinkedHashMap<>(4, 0.75f, true);

    private long since = Long.MAX_VALUE;

    /** From this moment, in milliseconds since 1970, everything should come; called again, it changes nothing. */
    void begin(long now) {
        since = Math.min(since, now);
    }

    /**
     * How many messages were missed right before this one, or {@link #REPEATED}.
     *
     * @param now in milliseconds since 1970
     */
    long receive(String origin, SequenceNumber sequence, long now) {
        Last last = lasts.get(origin);
        SequenceNumber before = last == null ? null : last.sequence();
        if (before != null
                && (sequence.start() < before.start()
                        || (sequence.start() == before.start() && sequence.number() <= before.number()))) {
            return REPEATED;
        }
        if (before == null) {
            forget(now);
        }
        lasts.put(origin, new Last(sequence, now));
        if (before != null && sequence.start() == before.start()) {
            return sequence.number() - before.number() - 1;
        }
        // Where its first message was before our time, nobody knows which of them were.
        return sequence.start() > since ? sequence.number() - 1 : 0;
    }

    private void forget(long now) {
        Iterator<Last> silent = lasts.values().iterator();
        while (silent.hasNext() && silent.next().at() < now - SILENCE) {
            silent.remove();
            // Of what it sends when it comes back, we don't know what we have had.
            since = now;
        }
    }
}
