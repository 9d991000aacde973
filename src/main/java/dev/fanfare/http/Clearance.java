package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.auth.Identity;
import dev.fanfare.protocol.ChannelName;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who the client of a session is, until when, and so what it may do. Belongs to the session's event loop. */
final class Clearance implements Permit {
    /** A timer is set for no longer: clocks are put right now and then. */
    private static final long LONGEST = TimeUnit.HOURS.toMillis(1);

    private static final Future<Void> ALLOWED = Future.succeededFuture();
    private static final Future<Boolean> SAME = Future.succeededFuture(false);
    private static final Future<Boolean> OTHER = Future.succeededFuture(true);

    private final Access access;
    private final EventExecutor eventLoop;
    private final Clock clock;
    private final Runnable whenExpired;
    private Identity identity = Identity.ANONYMOUS;
    private @Nullable ScheduledFuture<?> timer;
    private boolean ended;

    Clearance(Access access, EventExecutor eventLoop, Clock clock, Runnable whenExpired) {
        this.access = access;
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.whenExpired = whenExpired;
    }

    Identity identity() {
        return identity;
    }

    /**
     * The client shows these; fails with a {@link DeniedException}, and then all stays as it was. Tells whether it may do
     * other things now than before.
     */
    Future<Boolean> show(Credentials credentials) {
        return access.authenticate(credentials).compose(fresh -> {
            if (!identity.mayBecome(fresh)) {
                return Future.failedFuture(new DeniedException(Reason.CREDENTIAL_UNKNOWN));
            }
            if (ended) {
                return SAME;
            }
            boolean same = identity.mayTheSameAs(fresh);
            identity = fresh;
            stop();
            watch();
            return same ? SAME : OTHER;
        });
    }

    private void watch() {
        if (identity.expiresAt() == Identity.NEVER) {
            return;
        }
        long left = identity.expiresAt() - clock.millis();
        timer = eventLoop.schedule(
                () -> {
                    if (identity.expiresAt() <= clock.millis()) {
                        whenExpired.run();
                    } else {
                        watch();
                    }
                },
                Math.min(Math.max(left, 1), LONGEST),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public Future<Void> allows(Action action, @Nullable ChannelName channel) {
        Future<Boolean> answer = access.authorize(identity, action, channel);
        // Mostly it is there at once: on each message's path.
        if (answer.isComplete()) {
            return answer.result() ? ALLOWED : Permit.refused("session", action, channel);
        }
        return answer.compose(allowed -> allowed ? ALLOWED : Permit.refused("session", action, channel));
    }

    /** Looks again at who the client is; returns whether it would be let in now. */
    boolean renew() {
        Optional<Identity> now = access.renew(identity);
        now.ifPresent(renewed -> identity = renewed);
        return now.isPresent();
    }

    /** The session has ended: nothing is shown any more, and nothing expires. */
    void end() {
        ended = true;
        stop();
    }

    private void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
