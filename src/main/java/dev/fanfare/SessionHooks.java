package dev.fanfare;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.SessionEvent;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.bus.Stage;
import dev.fanfare.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener of an application who comes and goes: in the order of events, on a thread of its own. What the listener has not been told waits here, so many events
 * at most; when it stops, all of that is told before, within {@code shutdown.timeout}.
 */
final class SessionHooks extends VerticleBase {
    /** How many events may wait; those beyond are dropped, and counted. */
    static final int MOST_WAITING = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(SessionHooks.class);
    private static final int BATCH = 256;

    private final Bus bus;
    private final SessionListener listener;
    private final Duration patience;
    private final Meters meters;
    private final Queue<SessionEvent> waiting = new ArrayDeque<>();
    private final Promise<Void> done = Promise.promise();
    private @Nullable WorkerExecutor worker;
    private boolean telling;
    private boolean drained;

    /** @param patience how long the listener may take for what is left at the end */
    SessionHooks(Bus bus, SessionListener listener, Duration patience, Meters meters) {
        this.bus = bus;
        this.listener = listener;
        this.patience = patience;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        worker = vertx.createSharedWorkerExecutor("fanfare-hooks", 1);
        bus.consume(Addresses.SESSION_EVENTS, this::happened);
        bus.consume(Addresses.STAGE, stage -> {
            if (stage == Stage.DRAINED) {
                drained();
            }
        });
        return Future.succeededFuture();
    }

    /** Everybody has gone: what is left is told within its time. */
    private void drained() {
        drained = true;
        vertx.setTimer(patience.toMillis(), late -> giveUp());
        carryOn();
    }

    private void happened(SessionEvent event) {
        if (waiting.size() >= MOST_WAITING) {
            meters.dropped("hook");
            return;
        }
        waiting.add(event);
        carryOn();
    }

    private void carryOn() {
        if (telling) {
            return;
        }
        if (waiting.isEmpty()) {
            if (drained) {
                done.tryComplete();
            }
            return;
        }
        List<SessionEvent> batch = new ArrayList<>();
        while (batch.size() < BATCH && !waiting.isEmpty()) {
            batch.add(waiting.remove());
        }
        telling = true;
        Objects.requireNonNull(worker)
                .executeBlocking(() -> {
                    batch.forEach(this::tell);
                    return batch.size();
                })
                .onComplete(told -> {
                    telling = false;
                    carryOn();
                });
    }

    private void tell(SessionEvent event) {
        try {
            event.tell(listener);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a listener of the application failed");
        }
    }

    private void giveUp() {
        waiting.forEach(untold -> meters.dropped("hook"));
        waiting.clear();
        done.tryComplete();
    }

    @Override
    public Future<?> stop() {
        return done.future().eventually(() -> Objects.requireNonNull(worker).close());
    }
}
