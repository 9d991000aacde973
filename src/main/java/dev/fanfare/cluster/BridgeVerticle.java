package dev.fanfare.cluster;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Disconnected;
import dev.fanfare.bus.Listing;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.PresenceChange;
import dev.fanfare.bus.Stage;
import dev.fanfare.bus.Unsubscribed;
import dev.fanfare.config.Cluster;
import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.store.History;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bridge's mailbox. It starts when Redis has confirmed all that an instance needs, and stops when the hub has, and
 * what the hub relayed is answered.
 */
public final class BridgeVerticle extends VerticleBase {
    private final Cluster configuration;
    private final Bus bus;
    private final Loops loops;
    private final BridgeMeters meters;
    private final Promise<Void> drained = Promise.promise();
    private @Nullable Bridge bridge;

    public BridgeVerticle(Cluster configuration, Bus bus, Loops loops, BridgeMeters meters) {
        this.configuration = configuration;
        this.bus = bus;
        this.loops = loops;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        byte[] id = new byte[16];
        new SecureRandom().nextBytes(id);
        Bridge.Outlets outlets = new Bridge.Outlets(
                batch -> bus.send(Addresses.RECEIVED, batch),
                state -> bus.publish(Addresses.LINK, state),
                task -> context.runOnContext(ignored -> task.run()));
        Bridge started = new Bridge(
                vertx, configuration, HexFormat.of().formatHex(id), outlets, loops, Clock.systemUTC(), meters);
        bus.consume(Addresses.RELAY, started::take);
        bus.answer(Addresses.FIGURES, started::figures);
        answerForOthers(started.instances());
        History history = started.history();
        bus.answer(Addresses.APPEND, history::append);
        bus.answer(Addresses.HISTORY, history::read);
        bus.answer(Addresses.RESUME, question -> history.resume(question.consumer(), question.retention()));
        bus.consume(Addresses.ACKNOWLEDGE, word -> history.acknowledge(word.consumer(), word.position()));
        bus.answer(Addresses.PRESENCE_CHANGE, change -> change(started.presence(), change));
        bus.answer(Addresses.PRESENCE, started.presence()::members);
        bus.answer(Addresses.PRESENCE_COUNT, started.presence()::count);
        bus.consume(Addresses.STAGE, stage -> {
            if (stage == Stage.DRAINED) {
                drained.tryComplete();
            }
        });
        bridge = started;
        return started.start();
    }

    /** What one instance asks all. */
    private void answerForOthers(Instances others) {
        bus.answer(Addresses.DISCONNECT, whom -> others.ask(new Question.End(whom))
                .map(outcome -> new Disconnected(Poll.sum(outcome), outcome.complete())));
        bus.answer(Addresses.UNSUBSCRIBE, what -> others.ask(new Question.Leave(what))
                .map(outcome -> new Unsubscribed(Poll.sum(outcome), outcome.complete())));
        bus.answer(Addresses.CHANNELS, query -> others.ask(new Question.Channels(query))
                .map(outcome -> new Listing<>(query.merge(outcome.answers()), outcome.complete())));
        bus.answer(Addresses.SESSIONS, query -> others.ask(new Question.Sessions(query))
                .map(outcome -> new Listing<>(query.merge(outcome.answers()), outcome.complete())));
    }

    private static Future<Void> change(Presence presence, PresenceChange change) {
        return change.joins()
                ? presence.join(change.channel(), change.member(), change.announced())
                : presence.leave(change.channel(), change.member(), change.announced());
    }

    @Override
    public Future<?> stop() {
        Bridge stopping = bridge;
        return stopping == null ? Future.succeededFuture() : drained.future().compose(over -> stopping.close());
    }
}
