package dev.fanfare.cli.api;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a request was answered with.
 *
 * @param body the text, which is JSON unless something between here and the instance has answered
 * @param isProblem whether it is as an instance tells problems
 * @param retryAfter when to come back, where that was said
 */
public record ApiAnswer(int status, String body, boolean isProblem, Optional<Duration> retryAfter) {
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429);
    private static final int NOT_FOUND = 404;

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** Whether the same request may succeed later. A proxy may say 404 while the instance behind it is replaced. */
    public boolean isTransient() {
        return status / 100 == 5 || TRANSIENT.contains(status) || (status == NOT_FOUND && !isProblem);
    }

    /** Whether the credential is missing, wrong, or of one who may not. */
    public boolean isDenied() {
        return status == 401 || status == 403;
    }

    /** The body; empty where it is no JSON object. */
    public JsonObject json() {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            return new JsonObject();
        }
    }

    /** One line that says why the request was refused. */
    public String reason() {
        JsonObject problem = json();
        String said = problem.getString("detail", problem.getString("title", ""));
        return status + (said.isEmpty() ? "" : " " + said.replaceAll("\\s+", " "));
    }
}
