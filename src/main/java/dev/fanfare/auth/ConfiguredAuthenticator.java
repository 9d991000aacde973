package dev.fanfare.auth;

import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** API keys, and beside them tokens. Where there is neither, nobody is looked at. */
final class ConfiguredAuthenticator implements Authenticator {
    private static final Future<Identity> ANONYMOUS = Future.succeededFuture(Identity.ANONYMOUS);

    private final ApiKeys keys;
    private final @Nullable Authenticator tokens;

    /** @param tokens asked about whatever is no key, and where nothing is shown; null where there are none */
    ConfiguredAuthenticator(ApiKeys keys, @Nullable Authenticator tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    @Override
    public Future<Identity> authenticate(Credentials credentials) {
        if (keys.isEmpty() && tokens == null) {
            return ANONYMOUS;
        }
        Identity holder = credentials.token() == null ? null : keys.find(credentials.token());
        if (holder != null) {
            return Future.succeededFuture(holder);
        }
        if (tokens != null) {
            return tokens.authenticate(credentials);
        }
        return credentials.token() == null
                ? ANONYMOUS
                : Future.failedFuture(new DeniedException(DeniedException.Reason.CREDENTIAL_UNKNOWN));
    }

    @Override
    public Optional<Identity> renew(Identity identity) {
        return switch (identity.kind()) {
            case ANONYMOUS -> Optional.of(identity);
            case API_KEY -> keys.renew(identity);
            case TOKEN -> tokens == null ? Optional.empty() : tokens.renew(identity);
        };
    }
}
