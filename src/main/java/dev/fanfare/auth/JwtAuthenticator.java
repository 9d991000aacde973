package dev.fanfare.auth;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.config.ConfigurationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JSON Web Tokens (RFC 7519, RFC 8725).
 *
 * <p>A signature by a key pair takes up to milliseconds to verify, whether it is right or forged, so that is done by worker threads: whoever has many of them verified delays others who connect, and no messages. What has waited for too long is denied
 * unseen.
 */
final class JwtAuthenticator implements Authenticator {
    private static final Future<Identity> ANONYMOUS = Future.succeededFuture(Identity.ANONYMOUS);

    private final Jwt configuration;
    private final KeySource keys;
    private final TokenClaims claims;
    private final WorkerExecutor workers;
    private final Duration patience;
    private final LongSupplier nanos;
    private final String proof;

    /**
     * @param workers what verifies signatures by key pairs
     * @param patience how long a token may wait for them
     * @throws ConfigurationException where the file with the key can't be used
     */
    JwtAuthenticator(Vertx vertx, WorkerExecutor workers, Jwt configuration, Duration patience) {
        this(vertx, workers, configuration, patience, Clock.systemUTC(), System::nanoTime);
    }

    /** @param nanos a clock that only goes on */
    JwtAuthenticator(
            Vertx vertx,
            WorkerExecutor workers,
            Jwt configuration,
            Duration patience,
            Clock clock,
            LongSupplier nanos) {
        this.workers = workers;
        this.configuration = configuration;
        this.patience = patience;
        this.nanos = nanos;
        this.claims = new TokenClaims(configuration, clock);
        SigningAlgorithm named =
                configuration.algorithm() == null ? null : SigningAlgorithm.of(configuration.algorithm());
        if (configuration.secret() != null) {
            SigningAlgorithm algorithm = Objects.requireNonNullElse(named, SigningAlgorithm.HS256);
            this.keys = KeySource.of(VerificationKey.of(configuration.secret(), algorithm));
            this.proof = proof("secret", configuration.secret().getBytes(StandardCharsets.UTF_8));
        } else if (configuration.publicKey() != null) {
            PublicKey key = read(configuration.publicKey());
            this.keys = KeySource.of(key(configuration.publicKey(), key, named));
            this.proof = proof("public-key", key.getEncoded());
        } else {
            // Auth.Jwt has one of the three.
            var url = Objects.requireNonNull(configuration.jwksUrl());
            this.keys = new KeySet(vertx, url, named, configuration.jwksMaxAge(), configuration.jwksCooldown(), nanos);
            this.proof = proof("jwks-url", url.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static PublicKey read(Path file) {
        try {
            return PemFile.readPublicKey(file);
        } catch (UnusableKeyException e) {
            throw refuse(file, e.getMessage());
        }
    }

    private static VerificationKey key(Path file, PublicKey key, @Nullable SigningAlgorithm algorithm) {
        try {
            return VerificationKey.of(null, key, algorithm);
        } catch (UnusableKeyException e) {
            throw refuse(file, "holds a key that " + e.getMessage());
        }
    }

    private static ConfigurationException refuse(Path file, @Nullable String why) {
        return new ConfigurationException("auth.jwt.public-key: '" + file + "' " + why);
    }

    /** Of how tokens are verified a digest: sessions outlive a change of nothing else. */
    private String proof(String kind, byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String rules = kind
                    + '\n'
                    + configuration.algorithm()
                    + '\n'
                    + quoted(configuration.issuer())
                    + '\n'
                    + quoted(configuration.audience())
                    + '\n';
            digest.update(rules.getBytes(StandardCharsets.UTF_8));
            return "jwt " + HexFormat.of().formatHex(digest.digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Two different texts, or one and none, never look alike. */
    private static String quoted(@Nullable String text) {
        return text == null ? "" : text.length() + ":" + text;
    }

    /** Begins to fetch the keys, where they are elsewhere. */
    void start() {
        keys.start();
    }

    /** Takes over the keys of one that verifies the same tokens, and may differ in how it waits and fetches. */
    void inherit(JwtAuthenticator other) {
        if (proof.equals(other.proof)) {
            keys.inherit(other.keys);
        }
    }

    /** Whether it does the same, with the same key. */
    boolean isSameAs(JwtAuthenticator other) {
        return proof.equals(other.proof)
                && configuration.equals(other.configuration)
                && patience.equals(other.patience);
    }

    @Override
    public Future<Identity> authenticate(Credentials credentials) {
        if (credentials.token() == null) {
            return ANONYMOUS;
        }
        try {
            SignedToken token = SignedToken.parse(credentials.token());
            return keys.candidates(token).compose(candidates -> verified(token, candidates));
        } catch (DeniedException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Identity> verified(SignedToken token, List<VerificationKey> candidates) {
        if (configuration.secret() != null) {
            return Future.succeededFuture(identity(token, candidates));
        }
        long asked = nanos.getAsLong();
        return workers.executeBlocking(
                () -> {
                    if (nanos.getAsLong() - asked > patience.toNanos()) {
                        throw new DeniedException(Reason.AUTHENTICATOR_TIMEOUT);
                    }
                    return identity(token, candidates);
                },
                false);
    }

    private Identity identity(SignedToken token, List<VerificationKey> candidates) {
        if (candidates.stream().noneMatch(key -> key.verifies(token))) {
            throw new DeniedException(Reason.CREDENTIAL_UNKNOWN);
        }
        return claims.identity(token.claims(), proof);
    }

    @Override
    public Optional<Identity> renew(Identity identity) {
        return Optional.of(identity).filter(known -> proof.equals(known.proof()));
    }

    void close() {
        keys.close();
    }
}
