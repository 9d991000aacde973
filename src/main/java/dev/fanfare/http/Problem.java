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

    /**
     * Without a word of what would be right (RFC 6750, section 3.1).
     *
     * @param shown whether there was a key
     */
    static Problem unauthorised(boolean shown) {
        String challenge = "Bearer realm=\"fanfare\"" + (shown ? ", error=\"invalid_token\"" : "");
        String detail = shown ? "this is none of the API keys" : "an API key is needed";
        return new Problem(401, "Unauthorized", detail, null, Map.of("WWW-Authenticate", challenge));
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
        int status = HttpStatus.of(error.code());
        return new Problem(status, title(status), error.sentence(), error.code(), HttpStatus.headers(status));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 410 -> "Gone";
            case 413 -> "Content Too Large";
            case 429 -> "Too Many Requests";
            default -> "Service Unavailable";
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
