package dev.fanfare.hub;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.Stage;
import dev.fanfare.config.Configuration;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Message;
import dev.fanfare.store.Epochs;
import dev.fanfare.store.History;
import dev.fanfare.store.MemoryHistory;
import dev.fanfare.store.MemoryPresence;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's mailbox. It stops when the last loop has detached, so that what the loops still have under way is ordered
 * and delivered.
 */
public final class HubVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HubVerticle.class);

    /** How often histories are looked at, in milliseconds. */
    private static final long CHECK = 1_000;

    private final Bus bus;
    private final Meters meters;
    private final Configuration configuration;
    private final Kinds kinds;
    private final Promise<Void> empty = Promise.promise();
    private @Nullable Hub hub;

    public HubVerticle(Configuration configuration, Bus bus, Meters meters) {
        this.configuration = configuration;
        this.bus = bus;
        this.meters = meters;
        this.kinds = new Kinds(configuration.channels());
    }

    @Override
    public Future<?> start() {
        Hub started = configuration.cluster().isPresent() ? bridged() : alone();
        bus.consume(Addresses.PUBLISH, started::publish);
        bus.consume(Addresses.MEMBERSHIP, notice -> notice.dispatch(started));
        bus.consume(Addresses.RECEIVED, batch -> batch.events().forEach(event -> event.dispatch(started)));
        vertx.setPeriodic(CHECK, timer -> started.check());
        hub = started;
        return Future.succeededFuture();
    }

    private Hub bridged() {
        Uplink uplink = new Uplink(batch -> bus.send(Addresses.RELAY, batch), meters::queuedForRedis);
        Outboxes outboxes = outboxes(uplink::send);
        return new Hub(kinds, surroundings(outboxes, uplink, new RemoteHistory(bus), new RemotePresence(bus)));
    }

    private Hub alone() {
        MemoryHistory history = new MemoryHistory(
                configuration.history().memoryLimit(),
                this::feed,
                Clock.systemUTC(),
                new Epochs(),
                meters::historyBytes,
                meters::historyEvicted);
        MemoryPresence presence = new MemoryPresence(this::feed, Clock.systemUTC(), meters::presenceMembers);
        bus.answer(Addresses.FIGURES, this::figures);
        bus.answer(Addresses.HISTORY, history::read);
        bus.answer(Addresses.RESUME, resume -> history.resume(resume.consumer(), resume.retention()));
        bus.consume(
                Addresses.ACKNOWLEDGE,
                acknowledgement -> history.acknowledge(acknowledgement.consumer(), acknowledgement.position()));
        bus.answer(Addresses.PRESENCE, presence::members);
        bus.answer(Addresses.PRESENCE_COUNT, presence::count);
        vertx.setPeriodic(CHECK, timer -> history.sweep());
        return new Hub(kinds, surroundings(outboxes(() -> {}), null, history, presence));
    }

    private Future<ClusterFigures> figures(ClusterFigures.Question question) {
        Loops loops = new Loops(bus, configuration.server().eventLoops());
        Future<OptionalLong> subscribers = question.channel()
                .map(channel -> loops.subscribers(channel).map(OptionalLong::of))
                .orElseGet(() -> Future.succeededFuture(OptionalLong.empty()));
        return subscribers.map(count -> new ClusterFigures(1, meters.openSessions(), meters.openChannels(), count));
    }

    private void feed(Message message) {
        Objects.requireNonNull(hub, "nothing comes before it has started").feed(message);
    }

    private Outboxes outboxes(Runnable uplink) {
        return new Outboxes(
                loop -> batch -> bus.send(Addresses.loop(loop), batch),
                uplink,
                task -> context.runOnContext(ignored -> task.run()),
                meters);
    }

    private Hub.Surroundings surroundings(
            Outboxes outboxes, @Nullable Uplink uplink, History history, Presence presence) {
        return new Hub.Surroundings(
                outboxes,
                uplink,
                history,
                presence,
                (millis, task) -> vertx.setTimer(millis, timer -> task.run()),
                Clock.systemUTC(),
                meters,
                this::drained);
    }

    /** Other rules hold from now on. Called by any thread. */
    public void reconfigure(Configuration next) {
        context.runOnContext(onLoop -> {
            kinds.replace(next.channels());
            long outdated = hub == null ? 0 : hub.outdated();
            if (outdated > 0) {
                LOG.atWarn()
                        .addKeyValue("channels", outdated)
                        .log("what is kept of them stays as it is until nobody is subscribed to them here");
            }
        });
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
