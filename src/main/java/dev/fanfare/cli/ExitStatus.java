package dev.fanfare.cli;

/** How a process of ours ends. */
final class ExitStatus {
    static final int STOPPED = 0;
    static final int FAILED = 1;
    static final int WRONG_CONFIGURATION = 2;
    /** The credential is missing, wrong, or of one who may not. */
    static final int DENIED = 3;

    private ExitStatus() {}
}
