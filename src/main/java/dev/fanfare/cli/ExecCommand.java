package dev.fanfare.cli;

import dev.fanfare.cli.api.ApiClient;
import dev.fanfare.cli.exec.Mask;
import dev.fanfare.cli.exec.StreamedCommand;
import dev.fanfare.cli.signal.Signals;
import dev.fanfare.protocol.ProcessId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fanfare exec}: a command whose output can be watched elsewhere. */
@Command(
        name = "exec",
        description = "Runs a command, and streams its output and its end to the channel process:ID.",
        footer = {
            "",
            "The command has our standard input, and its output is copied to ours as it comes. It goes on while the"
                    + " relay is away, and what it wrote meanwhile is sent when that is back.",
            "Exit status: that of the command, 128+N after signal N; 127 where there is no such command, 126 where it"
                    + " can't be run, 2 for wrong options.",
            "",
            "  fanfare exec --url https://relay.example.org -- make -j4",
            "  fanfare exec --id nightly --mask 'password=\\S+' -- ./backup.sh"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExecCommand implements Callable<Integer> {
    private static final Pattern SECRET_NAME = Pattern.compile("(?i).*(TOKEN|SECRET|PASSWORD|KEY)");
    /** Anything shorter stands everywhere by chance. */
    private static final int LEAST_SECRET = 6;

    private static final DateTimeFormatter NOW = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss");

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "What the process is called: 1 to 128 of A-Z a-z 0-9 _ . -, but neither . nor .."
                    + " Default: the command's name, the time, and a random word")
    private @Nullable String id;

    @Option(
            names = "--mask",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "What matches is sent as ***; our own output has it. May be repeated.")
    private List<Pattern> masks = List.of();

    @Option(
            names = "--mask-env",
            description = "Hides the values of all variables whose names end in TOKEN, SECRET, PASSWORD or KEY, line by"
                    + " line.")
    private boolean maskEnvironment;

    @Option(names = "--quiet", description = "Does not copy the command's output to ours.")
    private boolean quiet;

    @Option(
            names = "--max-line",
            paramLabel = "SIZE",
            defaultValue = "32KiB",
            converter = SizeConverter.class,
            description = "A longer line is sent as several. Below what the relay takes (server.max-message-size)."
                    + " Default: ${DEFAULT-VALUE}")
    private long longestLine;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            converter = SizeConverter.class,
            description = "What is kept in a temporary file, at most. When all of it waits for the relay, the command"
                    + " waits too. Default: ${DEFAULT-VALUE}")
    private long buffer;

    @Option(
            names = "--give-up-after",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "How long after the command's end the relay may be away. Default: ${DEFAULT-VALUE}")
    private Duration patience = Duration.ZERO;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command and its arguments, behind --")
    private List<String> command = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (buffer < StreamedCommand.LEAST_BUFFER) {
            throw CommandException.wrong("--buffer: " + buffer + " bytes are below 4MiB");
        }
        if (longestLine < 1024 || longestLine > 256 * 1024) {
            throw CommandException.wrong("--max-line: " + longestLine + " bytes are not from 1KiB to 256KiB");
        }
        ApiClient client = api.client();
        String name = id == null ? newId() : checked(id);
        PrintWriter errors = spec.commandLine().getErr();
        Consumer<String> notices = line -> errors.println("fanfare: " + line);
        StreamedCommand.Settings settings = new StreamedCommand.Settings(
                name, new Mask(patterns().toList()), quiet, (int) longestLine, buffer, patience);
        try {
            StreamedCommand streamed = new StreamedCommand(command, client, settings, notices);
            Signals.handle(Signals.ALL, (signal, number) -> streamed.signal(signal));
            return streamed.run();
        } catch (IOException e) {
            throw new CommandException(ExitStatus.FAILED, "the temporary file can't be used: " + e.getMessage());
        }
    }

    private String checked(String given) {
        try {
            return new ProcessId(given).value();
        } catch (IllegalArgumentException e) {
            throw CommandException.wrong("--id: '" + given + "' is none: " + e.getMessage());
        }
    }

    private String newId() {
        Path file = Path.of(command.get(0)).getFileName();
        String base = String.valueOf(file).replaceAll("[^A-Za-z0-9_.-]", "_");
        String random = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
        return base.substring(0, Math.min(64, base.length())) + "-"
                + LocalDateTime.now(ZoneId.systemDefault()).format(NOW) + "-" + random;
    }

    /** What is to be hidden: always the key that we have been given. */
    private Stream<Pattern> patterns() {
        Stream<String> values = System.getenv().entrySet().stream()
                .filter(variable -> maskEnvironment
                        && SECRET_NAME.matcher(variable.getKey()).matches())
                .flatMap(variable -> variable.getValue().lines())
                .map(String::strip);
        Stream<Pattern> literals = Stream.concat(values, api.key().stream())
                .filter(value -> value.length() >= LEAST_SECRET)
                .map(value -> Pattern.compile(value, Pattern.LITERAL));
        return Stream.concat(masks.stream(), literals);
    }
}
