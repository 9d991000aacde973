package dev.fanfare.http;

import java.util.Map;

/**
 * A handshake that is answered with an error.
 *
 * @param reason the word in metrics
 * @param sentence what the client is told
 * @param headers beside those that every response has
 */
record Refusal(int status, String reason, String sentence, Map<String, String> headers) {
    Refusal {
        headers = Map.copyOf(headers);
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

    static Refusal origin() {
        return new Refusal(403, "origin", "pages of this origin may not connect", Map.of());
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
