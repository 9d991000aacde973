package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fanfare train}: a short life of an instance, for the JVM that watches it to make an archive of. */
@Command(
        name = "train",
        description =
                "Starts an instance on loopback, does once what clients do, and stops it: for an archive of classes.",
        footer = "java -XX:ArchiveClassesAtExit=fanfare.jsa -jar fanfare.jar train",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    /** A message of so many bytes is sent compressed. */
    private static final int COMPRESSED_SIZE = 1000;

    private final InstanceFactory instances;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    TrainCommand(InstanceFactory instances) {
        this.instances = instances;
    }

    @Override
    public Integer call() {
        return train(new Server(instances, spec.commandLine().getErr()));
    }

    /** Returns the exit status. */
    static int train(Server server) {
        int port;
        int metricsPort;
        // Both are held until both are known; another process that takes one before the instance does lets it fail.
        try (ServerSocket main = freePort();
                ServerSocket metrics = freePort()) {
            port = main.getLocalPort();
            metricsPort = metrics.getLocalPort();
        } catch (IOException e) {
            return server.fail(ExitStatus.FAILED, "no free port: " + e.getMessage());
        }
        String yaml = "{server: {host: 127.0.0.1, port: " + port + "}, metrics: {host: 127.0.0.1, port: " + metricsPort
                + "}, shutdown: {timeout: 2s}}";
        // The environment is read as always, but may change nothing here.
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("FANFARE_"));
        return server.run(Configuration.parse(yaml, "train", environment), null, () -> visit(port, metricsPort));
    }

    private static ServerSocket freePort() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static String visit(int port, int metricsPort) throws IOException {
        expect(200, metricsPort, "/live");
        expect(200, port, "/");
        try (Visitor raw = Visitor.upgrade(port, "/");
                Visitor browser = Visitor.compressing(port, "/");
                Visitor json = Visitor.upgrade(port, "/ws")) {
            raw.send("echo");
            raw.expect("echo");
            browser.expect("echo");
            String compressible = "a".repeat(COMPRESSED_SIZE);
            raw.send(compressible);
            raw.expect(compressible);
            browser.expect(""); // whatever it looks like
            json.send("{\"type\":\"subscribe\",\"channel\":\"relay\",\"id\":1}");
            json.expect("subscribed");
            json.send("{\"type\":\"publish\",\"channel\":\"relay\",\"data\":{\"a\":1},\"id\":2}");
            json.expect("published");
            json.expect("event");
            raw.expect("{\"a\":1}");
            json.send("{\"type\":\"ping\"}");
            json.expect("pong");
        }
        expect(200, metricsPort, "/ready");
        expect(200, metricsPort, "/metrics");
        return "end of training";
    }

    private static void expect(int expected, int port, String path) throws IOException {
        int status = Visitor.get(port, path);
        if (status != expected) {
            throw new IOException(path + " was answered with " + status);
        }
    }
}
