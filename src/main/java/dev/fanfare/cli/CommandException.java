package dev.fanfare.cli;

/** A command that can't do what it was asked for; the message is one line, and the process ends with the status. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    CommandException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** What was asked for can't be: the message names the option, its value and the rule. */
    static CommandException wrong(String message) {
        return new CommandException(ExitStatus.WRONG_CONFIGURATION, message);
    }

    int status() {
        return status;
    }
}
