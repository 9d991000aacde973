package dev.fanfare.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When channels have to be looked at, since something of them ends. What ends later than it was thought costs nothing until then: the channel is looked at
 * once in vain.
 */
final class Deadlines {
    /** So many channels are looked at in one turn at most. */
    private static final int MOST = 10_000;

    private final TreeSet<Deadline> sorted =
            new TreeSet<>(Comparator.comparingLong(Deadline::at).thenComparingLong(Deadline::number));
    private final Map<StoredChannel, Deadline> ofChannels = new HashMap<>();
    private long number;

    private record Deadline(long at, long number, StoredChannel channel) {}

    /** Looks at the channel when something of it ends, or sooner. */
    void watch(StoredChannel channel) {
        long at = channel.nextEnd();
        @Nullable Deadline before = ofChannels.get(channel);
        if (before == null || at < before.at()) {
            forget(channel);
            Deadline deadline = new Deadline(at, ++number, channel);
            ofChannels.put(channel, deadline);
            sorted.add(deadline);
        }
    }

    void forget(StoredChannel channel) {
        Deadline deadline = ofChannels.remove(channel);
        if (deadline != null) {
            sorted.remove(deadline);
        }
    }

    /** Takes out the channels whose time has come. */
    List<StoredChannel> reached(long now) {
        List<StoredChannel> reached = new ArrayList<>();
        while (!sorted.isEmpty() && sorted.first().at() <= now && reached.size() < MOST) {
            StoredChannel channel = sorted.first().channel();
            forget(channel);
            reached.add(channel);
        }
        return reached;
    }
}
