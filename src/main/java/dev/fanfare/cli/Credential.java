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
        return Optional.ofNullable(System.getenv(variable))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> visible(text, variable));
    }

    private static String visible(String text, String source) {
        if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw CommandException.wrong(
                    source + ": is no credential, which is one line of visible ASCII without spaces");
        }
        return text;
    }

    /** What stands in a file, without the space around it. */
    static String read(Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw CommandException.wrong(file + ": is empty");
            }
            return visible(text, String.valueOf(file));
        } catch (IOException e) {
            throw CommandException.wrong(file + ": can't be read");
        }
    }
}
