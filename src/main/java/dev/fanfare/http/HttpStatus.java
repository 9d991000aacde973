package dev.fanfare.http;

import dev.fanfare.protocol.ErrorCode;

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
}
