package dev.fanfare.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve}. */
final class ServeOptions {
    private static final String CONFIG_FILE = "--config-file";

    @Option(
            names = CONFIG_FILE,
            paramLabel = "FILE",
            description = "YAML; what it leaves out has the defaults of conf/fanfare.yaml.")
    @Nullable
    Path configFile;

    /**
     * The options where the arguments are {@code [serve] [--config-file FILE]} and nothing else, with {@code =} or
     * without; means what picocli would make of them.
     */
    static Optional<ServeOptions> plain(String[] arguments) {
        List<String> rest = Arrays.asList(arguments);
        if (!rest.isEmpty() && rest.get(0).equals("serve")) {
            rest = rest.subList(1, rest.size());
        }
        if (rest.isEmpty()) {
            return Optional.of(new ServeOptions());
        }
        String first = rest.get(0);
        if (rest.size() == 1 && first.startsWith(CONFIG_FILE + "=")) {
            return file(first.substring(CONFIG_FILE.length() + 1));
        }
        return rest.size() == 2 && first.equals(CONFIG_FILE) ? file(rest.get(1)) : Optional.empty();
    }

    /** Empty for what picocli might take for another thing than a file: an option, a file of options, a command. */
    private static Optional<ServeOptions> file(String name) {
        boolean isFile = name.contains(".") || name.contains("/");
        if (!isFile || name.startsWith("-") || name.startsWith("@")) {
            return Optional.empty();
        }
        try {
            ServeOptions options = new ServeOptions();
            options.configFile = Path.of(name);
            return Optional.of(options);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
