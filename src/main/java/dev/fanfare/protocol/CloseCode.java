package dev.fanfare.protocol;

/**
 * Why a WebSocket is closed (RFC 6455, section 7.4, and our own from 4000). 4000 to 4499 invite the client to
 * reconnect, 4500 to 4999 tell it not to.
 */
public enum CloseCode {
    NORMAL(1000, "normal"),
    SHUTTING_DOWN(1001, "shutting_down"),
    PROTOCOL_ERROR(1002, "protocol_error"),
    UNSUPPORTED(1003, "unsupported"),
    INVALID_PAYLOAD(1007, "invalid_payload"),
    POLICY(1008, "policy"),
    TOO_BIG(1009, "too_big"),
    INTERNAL_ERROR(1011, "internal_error"),
    OVERLOADED(1013, "overloaded"),
    NO_PONG(4000, "no_pong"),
    SLOW_CONSUMER(4001, "slow_consumer"),
    TOKEN_EXPIRED(4002, "token_expired"),
    POSITION_LOST(4003, "position_lost"),
    DISCONNECTED(4500, "disconnected"),
    NOT_AUTHORISED(4501, "not_authorised");

    private final int code;
    private final String word;

    CloseCode(int code, String word) {
        this.code = code;
        this.word = word;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The word in metrics and logs. */
    public String word() {
        return word;
    }

    /** Whether a peer may send this code (RFC 6455, section 7.4, and the registry of IANA). */
    public static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
    }
}
