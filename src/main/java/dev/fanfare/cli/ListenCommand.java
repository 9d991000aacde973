package dev.fanfare.cli;

import dev.fanfare.cli.listen.Listener;
import dev.fanfare.cli.listen.Printer;
import dev.fanfare.cli.signal.Signals;
import dev.fanfare.client.ClientException;
import dev.fanfare.client.HistoryQuery;
import dev.fanfare.client.Position;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fanfare listen}: what is published, a line a message. */
@Command(
        name = "listen",
        description = "Prints what is published to channels, a line a message, and comes back when it is cut off.",
        footer = {
            "",
            "On a channel with a history nothing is missed meanwhile; where something is, standard error says so.",
            "Exit status: 0 after --count messages, SIGINT, SIGTERM, or when nobody reads what it prints; 1 when it"
                    + " failed, 2 for wrong options, 3 where it is not let in.",
            "",
            "  fanfare listen news sport",
            "  fanfare listen --last 20 --json process:nightly",
            "  fanfare listen --raw"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ListenCommand implements Callable<Integer> {
    private static final String TOKEN_VARIABLE = "FANFARE_TOKEN";

    private static final List<String> DENIED = List.of("refused", "unauthorised", "disconnected", "token");

    @Mixin
    private final RelayOptions relay = new RelayOptions();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds a JSON Web Token or an API key. Default: " + TOKEN_VARIABLE + " in the environment")
    private @Nullable Path tokenFile;

    @Option(
            names = "--raw",
            paramLabel = "PATH",
            arity = "0..1",
            fallbackValue = "/",
            description = "Listens to the raw relay: / where it is left out, or /raw/CHANNEL. Binary comes as Base64.")
    private @Nullable String raw;

    @Option(names = "--json", description = "Prints the whole message; else its data alone.")
    private boolean json;

    @Option(names = "--last", paramLabel = "N", description = "Begins with the last N of the history, 1000 at most.")
    private @Nullable Integer last;

    @Option(
            names = "--recover",
            paramLabel = "EPOCH:OFFSET",
            converter = PositionConverter.class,
            description = "Begins behind this position; of one channel.")
    private @Nullable Position recover;

    @Option(names = "--count", paramLabel = "N", description = "Ends after so many messages.")
    private long count = Long.MAX_VALUE;

    @Parameters(paramLabel = "CHANNEL", description = "What to listen to.")
    private List<String> channels = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        check();
        Printer printer = new Printer(new FileOutputStream(FileDescriptor.out), count);
        Signals.handle(Signals.STOP, (name, number) -> printer.end());
        Listener listener = new Listener(
                relay.webSocket(raw == null ? "/ws" : raw),
                Credential.read(tokenFile, TOKEN_VARIABLE),
                printer,
                line -> spec.commandLine().getErr().println("fanfare: " + line));
        try {
            if (raw != null) {
                listener.listenRaw();
            } else {
                listener.listen(
                        channels.stream().distinct().toList(),
                        json,
                        Optional.ofNullable(last),
                        Optional.ofNullable(recover));
            }
            return ExitStatus.STOPPED;
        } catch (ExecutionException e) {
            boolean isDenied = e.getCause() instanceof ClientException failure && DENIED.contains(failure.code());
            String why = String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
            throw new CommandException(isDenied ? ExitStatus.DENIED : ExitStatus.FAILED, why);
        }
    }

    private void check() {
        if ((raw == null) == channels.isEmpty()) {
            throw CommandException.wrong("channels are needed, or --raw");
        }
        if (raw != null && (json || last != null || recover != null)) {
            throw CommandException.wrong("--raw goes without --json, --last and --recover");
        }
        if (recover != null && (channels.size() > 1 || last != null)) {
            throw CommandException.wrong("--recover is for one channel, and goes without --last");
        }
        if (last != null && (last < 1 || last > HistoryQuery.MOST)) {
            throw CommandException.wrong("--last is from 1 to " + HistoryQuery.MOST);
        }
        if (count < 1) {
            throw CommandException.wrong("--count is 1 at least");
        }
    }

    /** Reads {@code EPOCH:OFFSET}. */
    static final class PositionConverter implements ITypeConverter<Position> {
        @Override
        public Position convert(String value) {
            if (!value.matches("[A-Za-z0-9]{1,32}:\\d{1,18}")) {
                throw new TypeConversionException(value + " is no position such as 2mo190uhtzj4u:17");
            }
            int colon = value.indexOf(':');
            return new Position(value.substring(0, colon), Long.parseLong(value.substring(colon + 1)));
        }
    }
}
