package dev.fanfare.cli.bench;

/** The end of a run that can't give figures; the message is the one line that says why. */
public final class BenchException extends Exception {

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
