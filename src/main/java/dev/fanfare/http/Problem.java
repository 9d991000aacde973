package dev.fanfare.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * A request to the HTTP API that is answered with an error, as RFC 9457 has it.
 *
 * @param detail what the client is told
 * @param headers beside those that every response has
 */
record Problem(int status, String title, String detail, Map<String, String> headers) {
    Problem {
        headers = Map.copyOf(headers);
    }

    private Problem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    static Problem badRequest(String detail) {
        return new Problem(400, "Bad Request", detail);
    }

    static Problem unauthorised() {
        Map<String, String> challenge = Map.of("WWW-Authenticate", "Bearer realm=\"fanfare\"");
        return new Problem(401, "Unauthorized", "an API key is needed", challenge);
    }

    static Problem noKeys() {
        return new Problem(403, "Forbidden", "no API keys are configured, so nobody may use this");
    }

    static Problem notFound() {
        return new Problem(404, "Not Found", "there is nothing here");
    }

    static Problem method(String allowed) {
        return new Problem(405, "Method Not Allowed", "the method is " + allowed, Map.of("Allow", allowed));
    }

    static Problem tooLarge(int most) {
        return new Problem(413, "Content Too Large", "the body may have " + most + " bytes");
    }

    static Problem mediaType(String needed) {
        return new Problem(415, "Unsupported Media Type", "the body has to be " + needed);
    }

    static Problem internal() {
        return new Problem(500, "Internal Server Error", "an error of the server's own");
    }

    /** Ends a response with it. */
    void end(HttpServerResponse response) {
        headers.forEach(response::putHeader);
        JsonObject json = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(json.encode() + "\n");
    }
}
