package dev.fanfare.protocol;

/** Why a command was refused: the {@code code} of an {@code error}, and how a raw socket, which can't be told, is closed. */
public enum ErrorCode {
    BAD_REQUEST("bad_request", CloseCode.POLICY),
    UNKNOWN_TYPE("unknown_type", CloseCode.POLICY),
    INVALID_CHANNEL("invalid_channel", CloseCode.POLICY),
    UNAUTHORISED("unauthorised", CloseCode.POLICY),
    NOT_SUBSCRIBED("not_subscribed", CloseCode.POLICY),
    LIMIT_EXCEEDED("limit_exceeded", CloseCode.POLICY),
    RATE_LIMITED("rate_limited", CloseCode.POLICY),
    TOO_LARGE("too_large", CloseCode.POLICY),
    UNAVAILABLE("unavailable", CloseCode.OVERLOADED),
    UNRECOVERABLE("unrecoverable", CloseCode.POSITION_LOST);

    private final String word;
    private final CloseCode closeCode;

    ErrorCode(String word, CloseCode closeCode) {
        this.word = word;
        this.closeCode = closeCode;
    }

    public String word() {
        return word;
    }

    public CloseCode closeCode() {
        return closeCode;
    }
}
