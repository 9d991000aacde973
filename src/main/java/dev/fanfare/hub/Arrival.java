package dev.fanfare.hub;

import dev.fanfare.bus.Entrance;
import dev.fanfare.bus.Entry;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.store.History;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One subscriber on its way into one channel. Belongs to the hub's event loop. */
final class Arrival {
    private final @Nullable Channel channel;
    private final Future<?> asked;
    private final Future<?> ready;
    private Recoveries.@Nullable Recovery recovery;

    /**
     * @param channel null where it is not to be had any more
     * @param allowance how much it may be told, of all channels that it enters with this one
     */
    Arrival(Entrance entrance, @Nullable Channel channel, History history, Presence presence, Allowance allowance) {
        this.channel = channel;
        Tail tail = channel == null ? null : channel.tail();
        // Where the others can't be told now, they are told later.
        Future<?> present = channel == null
                        || entrance.member() == null
                        || !channel.traits().presence()
                ? Future.succeededFuture()
                : presence.join(
                        entrance.channel(), entrance.member(), channel.traits().joinLeave());
        Future<?> recovered = Future.succeededFuture();
        if (tail != null && entrance.recover() != null) {
            recovered = recover(tail, entrance.recover(), allowance);
        } else if (tail != null && entrance.consumer() != null) {
            recovered = history.resume(entrance.consumer(), tail.retention())
                    .compose(position -> recover(tail, position, allowance));
        }
        this.asked = recovered;
        this.ready = Future.join(present, recovered);
    }

    private Future<Void> recover(Tail tail, Position since, Allowance allowance) {
        recovery = tail.recoveries().begin(since, allowance);
        return recovery.ready();
    }

    Future<?> ready() {
        return ready;
    }

    /** Where it stands right now, once ready. */
    Entry entry(long now) {
        if (channel == null) {
            return Entry.failed(new ProtocolException(ErrorCode.UNAVAILABLE, "the channel can't be had now"));
        }
        Tail tail = channel.tail();
        if (tail == null) {
            return new Entry(Entry.Outcome.FRESH, null, List.of(), null, null);
        }
        if (recovery != null) {
            return recovery.take(tail.latest(now));
        }
        if (asked.failed()) {
            return Entry.failed(ProtocolException.of(asked.cause(), "the history can't be read now"));
        }
        return new Entry(Entry.Outcome.FRESH, tail.at(), List.of(), tail.latest(now), null);
    }
}
