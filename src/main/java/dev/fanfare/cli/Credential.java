package dev.fanfare.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key or a token from a file or a variable: on the command line everybody on the machine could read it. */
final class Credential {
    private Credential() {}

    /** What stands in the file, else in the variable. */
    static Optional<String> read(@Nullable Path file, String variable) {
        if (file != null) {
            return Optional.of(read(file));
        }
        return Optional.ofNullable(System.getenv(variable)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** What stands in a file, without the space around it. */
    static String read(Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new CommandException(ExitStatus.WRONG_CONFIGURATION, file + ": is empty");
            }
            if (text.lines().count() > 1) {
                throw new CommandException(ExitStatus.WRONG_CONFIGURATION, file + ": holds more than one line");
            }
            return text;
        } catch (IOException e) {
            throw new CommandException(ExitStatus.WRONG_CONFIGURATION, file + ": can't be read");
        }
    }
}
