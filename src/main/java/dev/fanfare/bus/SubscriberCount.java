package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;

/** Counts the subscribers of a channel on this instance, by asking its loops. */
public final class SubscriberCount {
    private final Bus bus;
    private final int loops;

    public SubscriberCount(Bus bus, int loops) {
        this.bus = bus;
        this.loops = loops;
    }

    /** How many sessions are subscribed; fails where a loop does not answer. */
    public Future<Long> of(ChannelName channel) {
        List<Future<Integer>> counts = IntStream.range(0, loops)
                .mapToObj(loop -> bus.ask(Addresses.subscribers(loop), channel))
                .toList();
        return Future.all(counts)
                .map(all -> counts.stream().mapToLong(Future::result).sum());
    }
}
