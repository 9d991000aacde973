package dev.fanfare.protocol;

/** A command that is refused; the message is a sentence for the client. It carries no stack trace, since it is an answer. */
public final class ProtocolException extends Exception {
    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
    }

    /** What a client is told of a failure: what it says itself, or that something is {@code unavailable}. */
    public static ProtocolException of(Throwable cause, String otherwise) {
        return cause instanceof ProtocolException refused
                ? refused
                : new ProtocolException(ErrorCode.UNAVAILABLE, otherwise);
    }

    /** What a client wrote, cut to the length at which it may stand in a sentence. */
    static String shorten(String text) {
        return shorten(text, 64);
    }

    /** The same with a length of its own, in characters. */
    public static String shorten(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }

    public ErrorCode code() {
        return code;
    }

    /** What the client is told. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
