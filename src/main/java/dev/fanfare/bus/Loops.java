package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The loops of this instance, asked all at once: each answers with a number, and the sum is the instance's. */
public final class Loops {
    private final Bus bus;
    private final int count;

    public Loops(Bus bus, int count) {
        this.bus = bus;
        this.count = count;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** How many sessions are subscribed to a channel; fails where a loop does not answer. */
    public Future<Long> subscribers(ChannelName channel) {
        return sum(Addresses::subscribers, channel);
    }

    /** Ends sessions, and tells how many; fails where a loop does not answer. */
    public Future<Long> disconnect(Disconnect whom) {
        return sum(Addresses::disconnect, whom);
    }

    private <Q> Future<Long> sum(IntFunction<Service<Q, Integer>> services, Q question) {
        List<Future<Integer>> answers = IntStream.range(0, count)
                .mapToObj(loop -> bus.ask(services.apply(loop), question))
                .toList();
        return Future.all(answers)
                .map(all -> answers.stream().mapToLong(Future::result).sum());
    }
}
