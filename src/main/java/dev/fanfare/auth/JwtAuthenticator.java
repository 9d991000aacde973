package dev.fanfare.auth;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.config.Auth.Jwt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Verifies JSON Web Tokens (RFC 7519). */
final class JwtAuthenticator implements Authenticator {
    /** @throws dev.fanfare.config.ConfigurationException where the file with the key can't be used */
    JwtAuthenticator(Vertx vertx, Jwt configuration) {}

    /** Whether it does the same, with the same key. */
    boolean isSameAs(JwtAuthenticator other) {
        return other == this;
    }

    @Override
    public Future<Identity> authenticate(Credentials credentials) {
        return Future.failedFuture(new DeniedException(Reason.KEYS_UNAVAILABLE));
    }

    void close() {}
}
