package dev.fanfare.auth;

import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.protocol.ChannelName;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy as an event loop asks it: what it answers is on that loop and in time, and whatever goes wrong is a no. An answer that is there at
 * once is returned complete.
 */
public final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    private static final Future<Boolean> NO = Future.succeededFuture(false);

    private final EventExecutor loop;
    private final Clock clock;
    /** Whoever causes such lines can't fill a disk with them: one a second. */
    private final Bucket lines = Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillGreedy(1, Duration.ofSeconds(1)))
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .build();

    private Policy policy;

    /** @param loop the event loop that this one belongs to */
    public Access(EventExecutor loop, Clock clock, Policy policy) {
        this.loop = loop;
        this.clock = clock;
        this.policy = policy;
    }

    /** Another policy holds from now on; sessions are to be looked at again. */
    public void replace(Policy other) {
        policy = other;
    }

    /** The policy that holds now. */
    public Policy policy() {
        return policy;
    }

    /** Who shows these; fails with a {@link DeniedException} and nothing else. */
    public Future<Identity> authenticate(Credentials credentials) {
        boolean required = policy.required();
        return inTime("authenticator", () -> policy.authenticator().authenticate(credentials))
                .transform(answer -> admitted(answer, required));
    }

    private Future<Identity> admitted(AsyncResult<Identity> answer, boolean required) {
        if (answer.failed()) {
            return Future.failedFuture(
                    answer.cause() instanceof DeniedException denied
                            ? denied
                            : new DeniedException(Reason.AUTHENTICATOR_FAILED));
        }
        Identity identity = answer.result();
        if (identity.expiresAt() <= clock.millis()) {
            return Future.failedFuture(new DeniedException(Reason.TOKEN_EXPIRED));
        }
        return required && identity.kind() == Identity.Kind.ANONYMOUS
                ? Future.failedFuture(new DeniedException(Reason.CREDENTIAL_MISSING))
                : Future.succeededFuture(identity);
    }

    /** Who one is now that was let in earlier; empty where it would not be let in any more. */
    public Optional<Identity> renew(Identity identity) {
        if (policy.required() && identity.kind() == Identity.Kind.ANONYMOUS) {
            return Optional.empty();
        }
        try {
            return policy.authenticator().renew(identity);
        } catch (RuntimeException e) {
            warn("authenticator", described(e));
            return Optional.empty();
        }
    }

    /**
     * Whether somebody may do that; never fails. A user's own channel is read by him alone, and that of a process is published to by API
     * keys alone, whatever the rules say.
     *
     * @param channel null for all sessions
     */
    public Future<Boolean> authorize(Identity identity, Action action, @Nullable ChannelName channel) {
        if (channel != null && (isAnothersOwn(identity, action, channel) || isNoProcess(identity, action, channel))) {
            return NO;
        }
        Future<Boolean> answer = inTime("authorizer", () -> policy.authorizer().authorize(identity, action, channel));
        return answer.succeeded() ? answer : answer.otherwise(false);
    }

    private static boolean isAnothersOwn(Identity identity, Action action, ChannelName channel) {
        String owner = channel.owner();
        return owner != null && action == Action.SUBSCRIBE && !owner.equals(identity.user());
    }

    private static boolean isNoProcess(Identity identity, Action action, ChannelName channel) {
        return channel.isProcess() && action == Action.PUBLISH && identity.kind() != Identity.Kind.API_KEY;
    }

    private <T> Future<T> inTime(String who, Supplier<@Nullable Future<T>> question) {
        Future<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        if (answer == null) {
            answer = Future.failedFuture(new NullPointerException());
        }
        if (answer.isComplete()) {
            return checked(who, answer);
        }
        Promise<T> promise = Promise.promise();
        ScheduledFuture<?> timer = loop.schedule(
                () -> {
                    warn(who, "not within auth.timeout");
                    promise.tryFail(new DeniedException(Reason.AUTHENTICATOR_TIMEOUT));
                },
                policy.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        Future<T> pending = answer;
        pending.onComplete(over -> loop.execute(() -> {
            timer.cancel(false);
            checked(who, pending).onComplete(promise::tryComplete, promise::tryFail);
        }));
        return promise.future();
    }

    /** Says what failed; but not in its own words, which may hold what the client has shown. */
    private <T> Future<T> checked(String who, Future<T> answer) {
        if (answer.succeeded() && answer.result() == null) {
            return checked(who, Future.failedFuture(new NullPointerException()));
        }
        if (answer.failed() && !(answer.cause() instanceof DeniedException)) {
            warn(who, described(answer.cause()));
        }
        return answer;
    }

    private static String described(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        return cause.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }

    private void warn(String who, String why) {
        if (lines.tryConsume(1)) {
            LOG.atWarn().addKeyValue("who", who).addKeyValue("why", why).log("no decision, so it is a no");
        }
    }
}
