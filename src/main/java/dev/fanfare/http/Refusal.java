package dev.fanfare.http;

import dev.fanfare.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that is answered with an error.
 *
 * @param reason the word in metrics
 * @param sentence what the client is told
 * @param headers beside those that every response has
 * @param origin the client's own word of where its page is from, where that is why; the log is told
 */
record Refusal(
        int status,
        String reason,
        String sentence,
        Map<String, String> headers,
        @Nullable String origin) {
    Refusal {
        headers = Map.copyOf(headers);
    }

    private Refusal(int status, String reason, String sentence, Map<String, String> headers) {
        this(status, reason, sentence, headers, null);
    }

    /** Whether it is about who the client is, and not about how it asked or about us. */
    boolean isAboutClient() {
        return status == 401 || status == 403 || status == 429;
    }

    /** Whether it is about what the client has shown, or has not. */
    boolean isUnauthenticated() {
        return status == 401;
    }

    /** The same with further headers. */
    Refusal with(Map<String, String> further) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(further);
        return new Refusal(status, reason, sentence, all, origin);
    }

    /** Answers a request that Vert.x still has. */
    void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(status);
        headers.forEach(response::putHeader);
        if (headers.containsKey("Upgrade")) {
            // Vert.x sets Connection last of all, and does not know that it has to name Upgrade (RFC 9110, section
            // 7.8).
            response.headersEndHandler(end -> {
                String connection = response.headers().get("Connection");
                response.putHeader("Connection", connection == null ? "Upgrade" : connection + ", Upgrade");
            });
        }
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(sentence + "\n");
    }

    /** The whole response, for a connection that Vert.x has let go of. */
    ByteBuf response() {
        byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(200)
                .append("HTTP/1.1 ")
                .append(HttpResponseStatus.valueOf(status))
                .append("\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return Unpooled.wrappedBuffer(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII), body);
    }

    /** What the bounds on handshakes say. */
    static Optional<Refusal> of(Admission.Decision decision) {
        return switch (decision) {
            case ADMITTED -> Optional.empty();
            case FULL -> Optional.of(full());
            case TOO_FAST -> Optional.of(tooFast());
            case TOO_MANY_FROM_ADDRESS -> Optional.of(tooManyFromAddress());
            case TOO_FAST_FROM_ADDRESS -> Optional.of(tooFastFromAddress());
        };
    }

    /** A stream none of whose channels is to be had. */
    static Refusal of(ProtocolException error) {
        int status = HttpStatus.of(error.code());
        return switch (status) {
            case 403 -> rule();
            case 503 -> unavailable();
            default -> new Refusal(status, error.code().word(), error.sentence(), Map.of());
        };
    }

    static Refusal notAcceptable() {
        return new Refusal(406, "malformed", "this is text/event-stream", Map.of());
    }

    static Refusal method(String allowed) {
        return new Refusal(405, "method", "the methods here are " + allowed, Map.of("Allow", allowed));
    }

    static Refusal mediaType() {
        return new Refusal(415, "malformed", "a command is application/json or text/plain", Map.of());
    }

    static Refusal malformed(String sentence) {
        return new Refusal(400, "malformed", sentence, Map.of());
    }

    static Refusal version() {
        return new Refusal(
                426,
                "version",
                "WebSocket version 13 is needed",
                Map.of("Sec-WebSocket-Version", "13", "Upgrade", "websocket"));
    }

    static Refusal upgradeRequired() {
        return new Refusal(426, "no_upgrade", "this is a WebSocket", Map.of("Upgrade", "websocket"));
    }

    /** A page is from elsewhere. */
    static Refusal origin(String origin) {
        return new Refusal(403, "origin", "pages of this origin may not connect", Map.of(), origin);
    }

    /** Without a word of why, which is {@code reason}: who tries keys learns nothing. */
    static Refusal unauthenticated(String reason) {
        return new Refusal(
                401, reason, "a valid credential is needed", Map.of("WWW-Authenticate", "Bearer realm=\"fanfare\""));
    }

    static Refusal rule() {
        return new Refusal(403, "rule", "this channel is not for everybody", Map.of());
    }

    static Refusal path() {
        return new Refusal(404, "path", "there is nothing here", Map.of());
    }

    static Refusal draining() {
        return new Refusal(503, "draining", "shutting down", Map.of("Retry-After", "5"));
    }

    static Refusal full() {
        return new Refusal(503, "full", "too many connections", Map.of("Retry-After", "5"));
    }

    static Refusal unavailable() {
        return new Refusal(
                503, "unavailable", "the history of the channel can't be reached now", Map.of("Retry-After", "1"));
    }

    static Refusal tooFast() {
        return new Refusal(503, "handshake_rate", "too many handshakes a second", Map.of("Retry-After", "1"));
    }

    static Refusal tooManyFromAddress() {
        return new Refusal(429, "address", "too many connections from this address", Map.of());
    }

    static Refusal tooFastFromAddress() {
        return new Refusal(
                429, "address_rate", "too many handshakes a second from this address", Map.of("Retry-After", "1"));
    }
}
