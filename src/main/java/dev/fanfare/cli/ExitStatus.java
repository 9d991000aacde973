package dev.fanfare.cli;

/** How a process of ours ends. */
final class ExitStatus {
    static final int STOPPED = 0;
    static final int FAILED = 1;
    static final int WRONG_CONFIGURATION = 2;

    private ExitStatus() {}
}
