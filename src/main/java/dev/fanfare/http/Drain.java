package dev.fanfare.http;

import dev.fanfare.config.Configuration.Shutdown;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sends the clients of a loop away, evenly over {@code shutdown.drain}, each with another moment to come back: they
 * are spread at random over the time in which the next instance can take them.
 */
final class Drain {
    private static final long LEAST_SPREAD = 5_000;
    private static final long STEP = 10;

    private final Vertx vertx;
    private final Shutdown shutdown;
    private final RandomGenerator random;

    Drain(Vertx vertx, Shutdown shutdown, RandomGenerator random) {
        this.vertx = vertx;
        this.shutdown = shutdown;
        this.random = random;
    }

    /**
     * Closes them, and completes when all have gone or, at the latest {@code shutdown.timeout} later, were cut.
     *
     * @return what is left of that time
     */
    Future<Duration> close(Sessions sessions) {
        return closeEvenly(sessions.snapshot()).compose(closed -> {
            long start = System.nanoTime();
            long timer = vertx.setTimer(shutdown.timeout().toMillis(), late -> sessions.abortAll());
            return sessions.allGone()
                    .onComplete(gone -> vertx.cancelTimer(timer))
                    .map(gone -> left(start));
        });
    }

    private Duration left(long start) {
        Duration left = shutdown.timeout().minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Future<Void> closeEvenly(List<Client> sessions) {
        long spread = Math.max(shutdown.drain().toMillis(), LEAST_SPREAD);
        int count = sessions.size();
        Iterator<Client> next = sessions.iterator();
        long start = System.nanoTime();
        long drain = shutdown.drain().toNanos();
        Promise<Void> done = Promise.promise();
        int[] closed = {0};
        Runnable step = () -> {
            long elapsed = System.nanoTime() - start;
            long due = drain == 0 || elapsed >= drain ? count : count * elapsed / drain;
            while (closed[0] < due) {
                long slot = spread * closed[0] / count;
                long width = Math.max(spread / count, 1);
                next.next().sendAway(slot + random.nextLong(width));
                closed[0]++;
            }
            if (closed[0] == count) {
                done.tryComplete();
            }
        };
        step.run();
        if (!done.future().isComplete()) {
            long timer = vertx.setPeriodic(STEP, tick -> step.run());
            done.future().onComplete(over -> vertx.cancelTimer(timer));
        }
        return done.future();
    }
}
