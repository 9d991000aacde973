package dev.fanfare.cluster;

/** A server is not what {@code cluster.mode} takes it for, or not for now. */
final class UnfitServerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean lasting;

    /** @param lasting whether only another configuration helps */
    UnfitServerException(String sentence, boolean lasting) {
        super(sentence);
        this.lasting = lasting;
    }

    boolean isLasting() {
        return lasting;
    }
}
