package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has a peer pinged, and sees whether it answers (RFC 6455, section 5.5.2). Belongs to its socket's event loop.
 *
 * <p>The time in which we did not read is not counted against a peer, but where that was its own fault, and not without
 * end: what it sends meanwhile may be all it ever sends. Nor is the time in which this loop stood still, as in a pause of
 * the JVM or of the machine: else all peers would be closed after it, who had not been pinged meanwhile.
 */
final class Heartbeat {
    /** Pong timeouts. */
    private static final int MOST_EXCUSED = 2;

    /** Who is pinged. */
    interface Peer {
        void ping();

        /** It has not answered in time; the heartbeat has ended. */
        void overdue();
    }

    private final SessionLimits limits;
    private final EventExecutor eventLoop;
    private final Peer peer;
    private long lastPong;
    private long nextPing;
    /** When the timer is to run. */
    private long due;
    /** Since when the peer is excused, or 0; and for how long it was since its last pong. */
    private long excusedAt;

    private long excused;
    private @Nullable Future<?> timer;

    Heartbeat(SessionLimits limits, EventExecutor eventLoop, Peer peer) {
        this.limits = limits;
        this.eventLoop = eventLoop;
        this.peer = peer;
    }

    void start() {
        lastPong = now();
        nextPing = lastPong + limits.pingInterval().toNanos();
        schedule();
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    void pong() {
        lastPong = now();
        excused = 0;
    }

    /** Whether, from now on, the time is not counted. */
    void excuse(boolean wanted) {
        excused += sinceExcused();
        excusedAt = wanted ? now() : 0;
    }

    private void beat() {
        lastPong += Math.min(now() - due, now() - lastPong);
        if (untilOverdue() <= 0) {
            timer = null;
            peer.overdue();
            return;
        }
        if (now() - nextPing >= 0) {
            nextPing = now() + limits.pingInterval().toNanos();
            peer.ping();
        }
        schedule();
    }

    private void schedule() {
        long delay = Math.max(Math.min(nextPing - now(), untilOverdue()), 1);
        due = now() + delay;
        timer = eventLoop.schedule(this::beat, delay, TimeUnit.NANOSECONDS);
    }

    private long untilOverdue() {
        long timeout = limits.pongTimeout().toNanos();
        return lastPong + timeout + Math.min(excused + sinceExcused(), MOST_EXCUSED * timeout) - now();
    }

    private long sinceExcused() {
        return excusedAt == 0 ? 0 : now() - excusedAt;
    }

    private long now() {
        return eventLoop.ticker().nanoTime();
    }
}
