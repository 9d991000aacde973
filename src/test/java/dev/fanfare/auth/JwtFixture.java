package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Authenticators, what they answer, and their clocks: register it in a static field. */
final class JwtFixture implements AfterAllCallback {
    static final String SECRET = "a secret that has thirty-two bytes, and some";

    static final long NOW = 1_800_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final WorkerExecutor workers = vertx.createSharedWorkerExecutor("tokens", 1);

    /** Nanoseconds that have passed for fetches. */
    private final AtomicLong nanos = new AtomicLong();

    static Jwt secret(@Nullable String algorithm) {
        return new Jwt(SECRET, null, null, algorithm, null, null, Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    static Jwt file(Path file, @Nullable String algorithm) {
        return new Jwt(null, file, null, algorithm, null, null, Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    static Jwt url(URI url, @Nullable String algorithm) {
        return new Jwt(null, null, url, algorithm, null, null, Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    static Jwt of(Jwt keys, @Nullable String issuer, @Nullable String audience) {
        return new Jwt(
                keys.secret(),
                keys.publicKey(),
                keys.jwksUrl(),
                keys.algorithm(),
                issuer,
                audience,
                keys.jwksMaxAge(),
                keys.jwksCooldown());
    }

    /** One for which it is {@link #NOW}. */
    JwtAuthenticator authenticator(Jwt configuration) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
        return new JwtAuthenticator(vertx, workers, configuration, Wire.PATIENCE, clock, nanos::get);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** The one thread that verifies signatures. */
    WorkerExecutor workers() {
        return workers;
    }

    Vertx vertx() {
        return vertx;
    }

    /** Claims that hold for a minute from {@link #NOW}, and these beside. */
    static String claims(String... members) {
        return "{\"exp\":" + (NOW + 60) + (members.length == 0 ? "" : "," + String.join(",", members)) + "}";
    }

    static Credentials credentials(@Nullable String token) {
        return new Credentials(token, "127.0.0.1", MultiMap.caseInsensitiveMultiMap());
    }

    static Identity identity(Authenticator authenticator, String token) {
        return await(authenticator.authenticate(credentials(token)));
    }

    /** Why this one is denied; fails where it is not. */
    static Reason denial(Authenticator authenticator, String token) {
        Future<Identity> answer = authenticator.authenticate(credentials(token));
        return await(answer.transform(denied -> {
            assertThat(denied.failed()).as("denied").isTrue();
            assertThat(denied.cause()).isExactlyInstanceOf(DeniedException.class);
            return Future.succeededFuture(((DeniedException) Objects.requireNonNull(denied.cause())).reason());
        }));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        await(vertx.close());
    }
}
