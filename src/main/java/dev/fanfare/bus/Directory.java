package dev.fanfare.bus;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lists what there is on every instance: on the loops of this one, and by the bridge on the others. A listing never fails: who does not answer makes it
 * incomplete.
 */
public final class Directory {
    private final Bus bus;
    private final Loops loops;
    private final Everywhere everywhere;

    /** @param bridged whether there is a bridge to other instances */
    public Directory(Bus bus, Loops loops, boolean bridged) {
        this.bus = bus;
        this.loops = loops;
        this.everywhere = new Everywhere(bus, bridged);
    }

    /** Channels that have subscribers. */
    public Future<Listing<ChannelInfo>> channels(ChannelQuery query) {
        return list(loops.channels(query), Addresses.CHANNELS, query, query::merge);
    }

    /** Sessions. */
    public Future<Listing<SessionInfo>> sessions(SessionQuery query) {
        return list(loops.sessions(query), Addresses.SESSIONS, query, query::merge);
    }

    private <Q, T> Future<Listing<T>> list(
            Future<Page<T>> page, Service<Q, Listing<T>> others, Q query, Function<List<Page<T>>, Page<T>> merge) {
        return everywhere.ask(
                query,
                page.map(known -> new Listing<>(known, true)),
                others,
                new Listing<>(new Page<>(List.of(), false), false),
                (one, other) -> new Listing<>(
                        merge.apply(List.of(one.page(), other.page())), one.complete() && other.complete()));
    }

    /** How large the cluster is; fails where that can't be told now. */
    public Future<ClusterFigures> figures() {
        return bus.ask(Addresses.FIGURES, new ClusterFigures.Question(Optional.empty()));
    }
}
