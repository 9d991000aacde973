package dev.fanfare.auth;

import dev.fanfare.auth.DeniedException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key set behind a URL (RFC 7517), fetched when a token needs it: for a key that is not in it the token waits, while one that has grown old
 * still serves as it is fetched anew. One fetch at a time, and none within the cooldown after another has ended, well or not: otherwise any client
 * could have the issuer asked by naming keys that do not exist. A fetch that fails changes nothing.
 *
 * <p>Its state belongs to one event loop; the keys themselves are unmodifiable, and every loop reads them.
 */
final class KeySet implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final KeySetClient client;
    private final Context context;
    private final LongSupplier nanos;
    private final String name;
    private final @Nullable SigningAlgorithm usual;
    private final long maxAge;
    private final long cooldown;

    private volatile @Nullable Keys keys;
    private @Nullable Future<Void> fetch;
    private @Nullable Long fetchEnded;
    private boolean failing;
    private boolean closed;

    /** What a fetch brought. */
    private record Keys(List<VerificationKey> all, long since) {
        /** Those that a token may mean. */
        List<VerificationKey> called(@Nullable String id) {
            return id == null
                    ? all
                    : all.stream().filter(key -> id.equals(key.id())).toList();
        }
    }

    /**
     * @param usual the algorithm of keys that name none themselves; null: what is usual for their kind
     * @param maxAge from when on the set is fetched anew
     * @param cooldown the time between two fetches at least
     * @param nanos a clock that only goes on
     */
    KeySet(
            Vertx vertx,
            URI url,
            @Nullable SigningAlgorithm usual,
            Duration maxAge,
            Duration cooldown,
            LongSupplier nanos) {
        this.client = new KeySetClient(vertx, url);
        this.context = vertx.getOrCreateContext();
        this.nanos = nanos;
        // Without the query, which may hold a secret.
        this.name = url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        this.usual = usual;
        this.maxAge = maxAge.toNanos();
        this.cooldown = cooldown.toNanos();
    }

    @Override
    public void inherit(KeySource other) {
        if (other instanceof KeySet before) {
            keys = before.keys;
        }
    }

    @Override
    public void start() {
        context.runOnContext(begin -> refresh());
    }

    @Override
    public Future<List<VerificationKey>> candidates(SignedToken token) {
        Keys known = keys;
        List<VerificationKey> called = known == null ? List.of() : known.called(token.keyId());
        if (known == null || called.isEmpty()) {
            return afterRefresh(token);
        }
        if (nanos.getAsLong() - known.since >= maxAge) {
            context.runOnContext(old -> refresh());
        }
        return Future.succeededFuture(called);
    }

    private List<VerificationKey> called(SignedToken token) {
        Keys known = keys;
        return known == null ? List.of() : known.called(token.keyId());
    }

    private Future<List<VerificationKey>> afterRefresh(SignedToken token) {
        Promise<List<VerificationKey>> promise = Promise.promise();
        context.runOnContext(missing -> {
            // A fetch may have ended on the way here, and brought it.
            Future<Void> fresh = called(token).isEmpty() ? refresh() : Future.succeededFuture();
            fresh.onComplete(over -> {
                if (keys == null) {
                    promise.fail(new DeniedException(Reason.KEYS_UNAVAILABLE));
                } else {
                    promise.complete(called(token));
                }
            });
        });
        return promise.future();
    }

    /** Completes when the keys are as new as they may be by now. */
    private Future<Void> refresh() {
        if (fetch != null) {
            return fetch;
        }
        if (closed || (fetchEnded != null && nanos.getAsLong() - fetchEnded < cooldown)) {
            return Future.succeededFuture();
        }
        Promise<Void> over = Promise.promise();
        fetch = over.future();
        client.fetch().map(this::parse).onComplete((fresh, cause) -> {
            fetch = null;
            fetchEnded = nanos.getAsLong();
            if (fresh != null) {
                take(fresh);
            } else {
                fail(cause);
            }
            over.complete();
        });
        return fetch;
    }

    private List<VerificationKey> parse(Buffer body) {
        try {
            if (!(StrictJson.object(body.getBytes()).get("keys") instanceof List<?> members)) {
                throw new IOException("no key set");
            }
            List<VerificationKey> usable = new ArrayList<>();
            for (Object member : members) {
                parseKey(member, usable);
            }
            if (usable.isEmpty()) {
                throw new IOException("no key that can be used");
            }
            return List.copyOf(usable);
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    private void parseKey(Object member, List<VerificationKey> usable) {
        try {
            if (member instanceof Map<?, ?> map) {
                usable.add(JsonWebKey.parse(map, usual));
            }
        } catch (UnusableKeyException e) {
            LOG.atDebug()
                    .addKeyValue("url", name)
                    .addKeyValue("cause", e.getMessage())
                    .log("key passed over");
        }
    }

    private void take(List<VerificationKey> fresh) {
        keys = new Keys(fresh, nanos.getAsLong());
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("url", name).log("key set fetched again");
        }
    }

    private void fail(Throwable cause) {
        if (!failing && !closed) {
            failing = true;
            // Without any keys nobody who shows a token is let in.
            (keys == null ? LOG.atError() : LOG.atWarn())
                    .addKeyValue("url", name)
                    .addKeyValue("cause", root(cause))
                    .log("key set not fetched");
        }
    }

    /** What is beneath all else: only that says what is wrong with a certificate. */
    private static String root(Throwable cause) {
        Throwable beneath = cause.getCause();
        return beneath == null ? String.valueOf(cause.getMessage()) : root(beneath);
    }

    @Override
    public void close() {
        context.runOnContext(end -> {
            closed = true;
            client.close();
        });
    }
}
