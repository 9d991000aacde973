package dev.fanfare.auth;

/** Somebody is not let in. The client is not told why; the operator is, by a word in the log and in the metric. */
public final class DeniedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** A credential is needed, and there is none. */
        CREDENTIAL_MISSING("credential_missing"),
        /** It is neither a key nor a token. */
        CREDENTIAL_MALFORMED("credential_malformed"),
        /** Nobody gave it out: no such key, a signature that is not right, an unknown key id, another algorithm than its key is for. */
        CREDENTIAL_UNKNOWN("credential_unknown"),
        TOKEN_EXPIRED("token_expired"),
        TOKEN_NOT_YET_VALID("token_not_yet_valid"),
        /** Issuer or audience are others, the expiry is missing, or a claim is of the wrong type. */
        TOKEN_CLAIMS("token_claims"),
        /** The keys to verify it with are not to be had. */
        KEYS_UNAVAILABLE("keys_unavailable"),
        AUTHENTICATOR_FAILED("authenticator_failed"),
        AUTHENTICATOR_TIMEOUT("authenticator_timeout");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The word in metrics and logs. */
        public String word() {
            return word;
        }
    }

    private final Reason reason;

    public DeniedException(Reason reason) {
        super(reason.word(), null, false, false);
        this.reason = reason;
    }

    /** What was decided, or that nothing was. */
    public static DeniedException of(Throwable cause) {
        return cause instanceof DeniedException denied ? denied : new DeniedException(Reason.AUTHENTICATOR_FAILED);
    }

    public Reason reason() {
        return reason;
    }
}
