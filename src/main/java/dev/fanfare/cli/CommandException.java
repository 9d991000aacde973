package dev.fanfare.cli;

/** A command that can't do what it was asked for; the message is one line, and the process ends with the status. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    CommandException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
