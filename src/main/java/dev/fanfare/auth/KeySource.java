package dev.fanfare.auth;

import io.vertx.core.Future;
import java.util.List;

/** Where the keys for tokens come from. For all event loops at once. */
interface KeySource {
    /**
     * The keys that may have signed this token, which is verified with each of them; none where it names one that is not known. Fails with a {@link
     * DeniedException}; completed at once where nothing has to be waited for.
     */
    Future<List<VerificationKey>> candidates(SignedToken token);

    /** Gets ready what can be, in the background. */
    void start();

    void close();

    /** Takes over what another one has fetched from the same place. */
    default void inherit(KeySource other) {}

    /** One key, which is configured: whatever a token calls it. */
    static KeySource of(VerificationKey key) {
        Future<List<VerificationKey>> only = Future.succeededFuture(List.of(key));
        return new KeySource() {
            @Override
            public Future<List<VerificationKey>> candidates(SignedToken token) {
                return only;
            }

            @Override
            public void start() {}

            @Override
            public void close() {}
        };
    }
}
