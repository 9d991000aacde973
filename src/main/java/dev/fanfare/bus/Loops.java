package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The loops of this instance, asked all at once: what they answer together is the instance's answer. It fails where one does not answer. */
public final class Loops {
    private final Bus bus;
    private final int count;

    public Loops(Bus bus, int count) {
        this.bus = bus;
        this.count = count;
    }

    /** How many sessions are subscribed to a channel. */
    public Future<Long> subscribers(ChannelName channel) {
        return sum(Addresses::subscribers, channel);
    }

    /** Ends sessions, and tells how many. */
    public Future<Long> disconnect(Disconnect whom) {
        return sum(Addresses::disconnect, whom);
    }

    /** Takes a channel from sessions, and tells how many. */
    public Future<Long> unsubscribe(Unsubscribe what) {
        return sum(Addresses::unsubscribe, what);
    }

    /** Channels that have subscribers. */
    public Future<Page<ChannelInfo>> channels(ChannelQuery query) {
        return all(Addresses::channels, query).map(query::merge);
    }

    /** Sessions. */
    public Future<Page<SessionInfo>> sessions(SessionQuery query) {
        return all(Addresses::sessions, query).map(query::merge);
    }

    private <Q> Future<Long> sum(IntFunction<Service<Q, Integer>> services, Q question) {
        return all(services, question)
                .map(answers -> answers.stream().mapToLong(Integer::longValue).sum());
    }

    private <Q, A> Future<List<A>> all(IntFunction<Service<Q, A>> services, Q question) {
        List<Future<A>> answers = IntStream.range(0, count)
                .mapToObj(loop -> bus.ask(services.apply(loop), question))
                .toList();
        return Future.all(answers)
                .map(all -> answers.stream().map(Future::result).toList());
    }
}
