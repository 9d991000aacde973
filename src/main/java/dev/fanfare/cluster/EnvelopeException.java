package dev.fanfare.cluster;

import java.util.Locale;

/** What came through Redis is no message of ours. */
final class EnvelopeException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** Why it is dropped. */
    enum Reason {
        MALFORMED,
        VERSION,
        TOO_LARGE,
        REPEATED;

        /** The word in metrics. */
        String word() {
            return "received_" + name().toLowerCase(Locale.ROOT);
        }
    }

    EnvelopeException(Reason reason, String sentence) {
        super(sentence, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
