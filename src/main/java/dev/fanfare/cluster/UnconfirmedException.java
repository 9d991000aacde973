package dev.fanfare.cluster;

import org.jspecify.annotations.Nullable;

/** Redis has not confirmed a command. It may have carried it out, unless it refused. */
final class UnconfirmedException extends Exception {
    private static final long serialVersionUID = 1;

    private final @Nullable String refusal;

    /** @param refusal as {@link Pipeline.Outcome#unconfirmed} gives it */
    UnconfirmedException(@Nullable String refusal) {
        super(refusal, null, false, false);
        this.refusal = refusal;
    }

    /** Why it was refused, or null where that is not known. */
    @Nullable
    String refusal() {
        return refusal;
    }
}
