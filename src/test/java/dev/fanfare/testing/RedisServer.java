package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A real Redis on 127.0.0.1 that keeps nothing, as a process to be killed, frozen and started again. */
public final class RedisServer implements AutoCloseable {
    private final int port;
    private final int tlsPort;
    private final Path folder;
    private final String[] arguments;
    private LocalProcess process;

    private RedisServer(int port, int tlsPort, List<String> options, String... arguments) {
        this.port = port;
        this.tlsPort = tlsPort;
        this.folder = LocalProcess.folder();
        this.arguments = Stream.concat(Stream.of(folder.resolve("redis.conf").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        List<String> lines = Stream.concat(
                        Stream.of("port " + port, "bind 127.0.0.1", "dir " + folder, "save \"\"", "appendonly no"),
                        options.stream())
                .toList();
        try {
            Files.write(folder.resolve("redis.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launch();
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param options lines of redis.conf, such as {@code user joe on >secret ~* &* +@all}; the default user has to stay
     *     without a password, since it is the one that this class speaks to the server as
     */
    public static RedisServer start(String... options) {
        return new RedisServer(FreePort.next(), 0, List.of(options));
    }

    /**
     * Starts a server that listens for TLS too, on {@link #tlsPort}.
     *
     * @param certificates where to find the pair {@code name}, which is also the authority for clients' certificates
     * @param options as in {@link #start}, such as {@code tls-auth-clients yes}, which is {@code no} without it
     */
    public static RedisServer startTls(Certificates certificates, String name, String... options) {
        int tlsPort = FreePort.next();
        var lines = Stream.of(
                "tls-port " + tlsPort,
                "tls-cert-file " + certificates.cert(name),
                "tls-key-file " + certificates.key(name),
                "tls-ca-cert-file " + certificates.cert(name),
                "tls-auth-clients no");
        return new RedisServer(
                FreePort.next(),
                tlsPort,
                Stream.concat(lines, Stream.of(options)).toList());
    }

    /** Starts a Sentinel. */
    static RedisServer startSentinel(String... options) {
        return new RedisServer(FreePort.next(), 0, List.of(options), "--sentinel");
    }

    private LocalProcess launch() {
        LocalProcess started = LocalProcess.start(folder, "redis-server", arguments);
        try {
            started.await("PONG", () -> command("PING").equals(List.of("PONG")));
        } catch (AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }

    public int port() {
        return port;
    }

    /** The port for TLS; there is none without {@link #startTls}. */
    public int tlsPort() {
        return tlsPort;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public String tlsUrl() {
        return "rediss://localhost:" + tlsPort;
    }

    /** Sends a command on a connection of its own, and returns its reply as {@link RedisPeer#reply} does. */
    public List<String> command(String... words) {
        try (RedisPeer peer = RedisPeer.connect(port)) {
            return peer.command(words);
        }
    }

    /** Publishes, and returns how many have received it. */
    public int publish(String channel, byte[] message) {
        try (RedisPeer peer = RedisPeer.connect(port)) {
            return Integer.parseInt(peer.command(List.of("PUBLISH".getBytes(UTF_8), channel.getBytes(UTF_8), message))
                    .get(0));
        }
    }

    /** Ends it by SIGKILL, and waits until it has ended: whoever connects now is refused. */
    public void kill() {
        process.close();
    }

    /** Starts it on the same port after a {@link #kill}, or anew, and waits until it answers. */
    public void restart() {
        kill();
        process = launch();
    }

    /** Stops it by SIGSTOP: connections stay, and the system still accepts new ones, but nobody answers. */
    public void freeze() {
        process.signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        process.signal("CONT");
    }

    @Override
    public void close() {
        kill();
        LocalProcess.delete(folder);
    }
}
