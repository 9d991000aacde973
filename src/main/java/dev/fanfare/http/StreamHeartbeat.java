package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has a sign of life written to a stream, which its peer's TCP acknowledges and nobody answers, and sees whether the peer takes anything, and is there at all. Belongs to its socket's event loop.
 *
 * <p>The time in which this loop stood still, as in a pause of the JVM or of the machine, is not counted against a peer.
 */
final class StreamHeartbeat {
    /** Who is written to. */
    interface Peer {
        boolean isWritable();

        void comment();

        /** Whether its TCP has been silent for so long although ours repeats what it was sent. */
        boolean isLost(Duration silence);

        /** It has vanished; the heartbeat has ended. */
        void lost();

        /** It has taken nothing for too long; the heartbeat has ended. */
        void overdue();
    }

    private final SessionLimits limits;
    private final EventExecutor eventLoop;
    private final Peer peer;
    private long lastWritable;
    private long nextComment;
    /** When the timer is to run. */
    private long due;

    private @Nullable Future<?> timer;

    StreamHeartbeat(SessionLimits limits, EventExecutor eventLoop, Peer peer) {
        this.limits = limits;
        this.eventLoop = eventLoop;
        this.peer = peer;
    }

    void start() {
        lastWritable = now();
        nextComment = lastWritable + limits.pingInterval().toNanos();
        schedule();
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The peer takes something. */
    void writable() {
        lastWritable = now();
    }

    private void beat() {
        if (peer.isWritable()) {
            lastWritable = now();
        } else {
            lastWritable += Math.min(now() - due, now() - lastWritable);
        }
        if (peer.isLost(limits.pongTimeout())) {
            timer = null;
            peer.lost();
            return;
        }
        if (untilOverdue() <= 0) {
            timer = null;
            peer.overdue();
            return;
        }
        if (now() - nextComment >= 0) {
            nextComment = now() + limits.pingInterval().toNanos();
            peer.comment();
        }
        schedule();
    }

    private void schedule() {
        long delay = Math.max(Math.min(nextComment - now(), untilOverdue()), 1);
        due = now() + delay;
        timer = eventLoop.schedule(this::beat, delay, TimeUnit.NANOSECONDS);
    }

    private long untilOverdue() {
        return lastWritable + limits.pongTimeout().toNanos() - now();
    }

    private long now() {
        return eventLoop.ticker().nanoTime();
    }
}
