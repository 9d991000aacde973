package dev.fanfare.http;

import dev.fanfare.protocol.ErrorCode;
import java.util.Map;

/** How errors of the protocol are answered over HTTP. */
final class HttpStatus {
    private HttpStatus() {}

    static int of(ErrorCode code) {
        return switch (code) {
            case BAD_REQUEST, UNKNOWN_TYPE, INVALID_CHANNEL, NOT_SUBSCRIBED -> 400;
            case UNAUTHORISED -> 403;
            case UNRECOVERABLE -> 410;
            case TOO_LARGE -> 413;
            case LIMIT_EXCEEDED, RATE_LIMITED -> 429;
            case UNAVAILABLE -> 503;
        };
    }

    /** The headers that go with a status: what passes tells when to come back. */
    static Map<String, String> headers(int status) {
        return status == 429 || status == 503 ? Map.of("Retry-After", "1") : Map.of();
    }
}
