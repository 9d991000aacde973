package dev.fanfare.hub;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Stage;
import dev.fanfare.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The hub's mailbox. It stops when the last loop has detached, so that what the loops still have under way is ordered
 * and delivered.
 */
public final class HubVerticle extends VerticleBase {
    private final Bus bus;
    private final Meters meters;
    private final boolean bridged;
    private final Promise<Void> empty = Promise.promise();
    private @Nullable Hub hub;

    /** @param bridged whether there is a bridge to other instances */
    public HubVerticle(Bus bus, Meters meters, boolean bridged) {
        this.bus = bus;
        this.meters = meters;
        this.bridged = bridged;
    }

    @Override
    public Future<?> start() {
        Hub started = new Hub(
                loop -> batch -> bus.send(Addresses.loop(loop), batch),
                bridged ? new Uplink(batch -> bus.send(Addresses.RELAY, batch), meters::queuedForRedis) : null,
                task -> context.runOnContext(ignored -> task.run()),
                Clock.systemUTC(),
                meters,
                this::drained);
        bus.consume(Addresses.PUBLISH, started::publish);
        bus.consume(Addresses.MEMBERSHIP, notice -> notice.dispatch(started));
        bus.consume(Addresses.RECEIVED, batch -> batch.events().forEach(event -> event.dispatch(started)));
        hub = started;
        return Future.succeededFuture();
    }

    private void drained() {
        bus.publish(Addresses.STAGE, Stage.DRAINED);
        empty.tryComplete();
    }

    @Override
    public Future<?> stop() {
        if (hub == null || hub.isEmpty()) {
            drained();
        }
        return empty.future();
    }
}
