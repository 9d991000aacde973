package dev.fanfare.http;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the HTTP API that is answered with an error, as RFC 9457 has it.
 *
 * @param detail what the client is told
 * @param code the word that the protocol has for it, or null
 * @param headers beside those that every response has
 */
record Problem(
        int status, String title, String detail, @Nullable ErrorCode code, Map<String, String> headers) {
    Problem {
        headers = Map.copyOf(headers);
    }

    private Problem(int status, String title, String detail) {
        this(status, title, detail, null, Map.of());
    }

    static Problem unauthorised() {
        Map<String, String> challenge = Map.of("WWW-Authenticate", "Bearer realm=\"fanfare\"");
        return new Problem(401, "Unauthorized", "an API key is needed", null, challenge);
    }

    static Problem noKeys() {
        return new Problem(403, "Forbidden", "no API keys are configured, so nobody may use this");
    }

    static Problem notFound() {
        return new Problem(404, "Not Found", "there is nothing here");
    }

    static Problem method(String allowed) {
        return new Problem(405, "Method Not Allowed", "the method is " + allowed, null, Map.of("Allow", allowed));
    }

    static Problem mediaType(String needed) {
        return new Problem(415, "Unsupported Media Type", "the body has to be " + needed);
    }

    static Problem internal() {
        return new Problem(500, "Internal Server Error", "an error of the server's own");
    }

    /** What the protocol tells by a code. */
    static Problem of(ProtocolException error) {
        String detail = error.sentence();
        ErrorCode code = error.code();
        Map<String, String> soon = Map.of("Retry-After", "1");
        return switch (code) {
            case BAD_REQUEST, UNKNOWN_TYPE, INVALID_CHANNEL, NOT_SUBSCRIBED ->
                new Problem(400, "Bad Request", detail, code, Map.of());
            case UNAUTHORISED -> new Problem(403, "Forbidden", detail, code, Map.of());
            case UNRECOVERABLE -> new Problem(410, "Gone", detail, code, Map.of());
            case TOO_LARGE -> new Problem(413, "Content Too Large", detail, code, Map.of());
            case LIMIT_EXCEEDED, RATE_LIMITED -> new Problem(429, "Too Many Requests", detail, code, soon);
            case UNAVAILABLE -> new Problem(503, "Service Unavailable", detail, code, soon);
        };
    }

    /** Ends a response with it. */
    void end(HttpServerResponse response) {
        headers.forEach(response::putHeader);
        JsonObject json = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (code != null) {
            json.put("code", code.word());
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(json.encode() + "\n");
    }
}
