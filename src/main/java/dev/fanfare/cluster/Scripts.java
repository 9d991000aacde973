package dev.fanfare.cluster;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which scripts the server of a link has: those that it has run on this connection. Redis may drop one at any time; then it says so, and the next call
 * brings the text again.
 */
final class Scripts {
    private static final String UNKNOWN = "NOSCRIPT";

    private final Set<String> known = new HashSet<>();

    /** A call of the script, which lacks its arguments. */
    Request request(Script script, List<String> keys) {
        return script.request(known.contains(script.digest()), keys);
    }

    /** What becomes of such a call; {@code answer} fails with an {@link UnconfirmedException}. */
    Pipeline.Outcome outcome(Script script, Promise<Response> answer) {
        return new Pipeline.Outcome() {
            @Override
            public void confirmed(@Nullable Response reply) {
                known.add(script.digest());
                if (reply == null) {
                    answer.fail(new UnconfirmedException(null));
                } else if (reply.get(0).toInteger() == 1) {
                    answer.complete(reply);
                } else {
                    answer.fail(new UnconfirmedException(reply.get(1).toString()));
                }
            }

            @Override
            public void unconfirmed(@Nullable String refusal) {
                if (refusal != null && refusal.startsWith(UNKNOWN)) {
                    known.remove(script.digest());
                }
                answer.fail(new UnconfirmedException(refusal));
            }
        };
    }

    /** It may be another server from now on. */
    void reset() {
        known.clear();
    }
}
