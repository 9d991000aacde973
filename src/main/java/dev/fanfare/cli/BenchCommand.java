package dev.fanfare.cli;

import dev.fanfare.cli.bench.BenchException;
import dev.fanfare.cli.bench.Dialect;
import dev.fanfare.cli.bench.FanoutBench;
import dev.fanfare.cli.bench.IdleBench;
import dev.fanfare.cli.bench.Load;
import dev.fanfare.cli.bench.Offer;
import dev.fanfare.cli.bench.Report;
import dev.fanfare.cli.bench.Settings;
import dev.fanfare.cli.bench.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fanfare bench}: puts a WebSocket relay under load and tells what it costs and who got what. */
@Command(
        name = "bench",
        description = "Puts a WebSocket relay under load: latency, cost per delivery, lost and doubled messages.",
        footer = "Exit status: 0 when every message came once, 1 when not or when the run failed, 2 for wrong options.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class BenchCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://127.0.0.1:8443/",
            description = "The server; without a path the protocol's own. Default: ${DEFAULT-VALUE}")
    private String url = "";

    @Option(
            names = "--publish-url",
            paramLabel = "URL",
            description =
                    "Where the publisher goes, on a socket beside the others; else it is one of them, but for sse.")
    private @Nullable String publishUrl;

    @Option(
            names = "--protocol",
            paramLabel = "raw|json|sse",
            defaultValue = "raw",
            converter = ProtocolConverter.class,
            description = {
                "raw: every message goes to every socket; json: Fanfare's protocol, one channel;",
                "sse: the same as Server-Sent Events, published on /ws."
            })
    private Dialect.Kind protocol = Dialect.Kind.RAW;

    @Option(names = "--compression", description = "Offers permessage-deflate.")
    private boolean compression;

    @Option(
            names = "--credential-file",
            paramLabel = "FILE",
            description =
                    "Shows the API key or token in this file; on the command line all of the machine could read it.")
    private @Nullable Path credentialFile;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100",
            description = "Sockets that listen. Default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "128",
            description = "Payload of a message. Default: ${DEFAULT-VALUE}")
    private int size;

    @ArgGroup
    private @Nullable Mode mode;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description = "Load before the measured time. Default: ${DEFAULT-VALUE}")
    private Duration warmup = Duration.ZERO;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "The measured time; with --idle, how long the sockets settle. Default: ${DEFAULT-VALUE}")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--warmup-sockets",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --idle: sockets opened and closed first, 200 at a time. Default: ${DEFAULT-VALUE}")
    private int warmupSockets;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that share the sockets. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--handshakes",
            paramLabel = "N",
            defaultValue = "128",
            description = "Handshakes under way at once. Default: ${DEFAULT-VALUE}")
    private int handshakes;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            split = ",",
            description = "The server's processes on this machine, to tell their processor time and memory.")
    private List<Long> serverPids = List.of();

    @Option(names = "--json", description = "One JSON object instead of lines.")
    private boolean json;

    /** What is done with the open sockets; one of them. */
    static final class Mode {

        @Option(names = "--window", paramLabel = "N", description = "Closed loop: N messages in flight. Default: 1")
        private @Nullable Integer window;

        @Option(names = "--rate", paramLabel = "N", description = "Open loop: N messages a second.")
        private @Nullable Double rate;

        @Option(names = "--idle", description = "No messages: only open the sockets, and look at the server's memory.")
        private boolean idle;
    }

    /** Reads the name of a dialect as it is written on a command line. */
    static final class ProtocolConverter implements ITypeConverter<Dialect.Kind> {
        @Override
        public Dialect.Kind convert(String value) {
            try {
                return Dialect.Kind.valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(value + " is none of raw, json and sse");
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Report report = bench();
            spec.commandLine().getOut().print(json ? report.json() + System.lineSeparator() : report.lines());
            spec.commandLine().getOut().flush();
            return report.sound() ? 0 : 1;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        } catch (BenchException e) {
            spec.commandLine().getErr().println("bench: " + e.getMessage());
            return 1;
        }
    }

    private Report bench() throws BenchException, InterruptedException {
        Target target = Target.of(url, protocol.path());
        Offer offer = new Offer(compression, credential());
        Settings settings =
                new Settings(target, publisher(target), protocol, offer, connections, threads, handshakes, serverPids);
        if (idle()) {
            return new IdleBench(settings, warmupSockets, duration).run();
        }
        return new FanoutBench(settings, new Load(drive(), size, warmup, duration)).run();
    }

    private boolean idle() {
        return mode != null && mode.idle;
    }

    private Optional<Target> publisher(Target target) {
        if (publishUrl != null) {
            return Optional.of(Target.of(publishUrl, protocol.publisherPath()));
        }
        return protocol.listensOnly() && !idle() ? Optional.of(target.at(protocol.publisherPath())) : Optional.empty();
    }

    private Optional<String> credential() throws BenchException {
        try {
            return credentialFile == null
                    ? Optional.empty()
                    : Optional.of(Files.readString(credentialFile).strip());
        } catch (IOException e) {
            throw new BenchException("can't read " + credentialFile, e);
        }
    }

    private Load.Drive drive() {
        if (mode != null && mode.rate != null) {
            return new Load.Rate(mode.rate);
        }
        return new Load.Window(mode == null || mode.window == null ? 1 : mode.window);
    }
}
