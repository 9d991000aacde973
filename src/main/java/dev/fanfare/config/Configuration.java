package dev.fanfare.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The effective configuration: every section, checked. Immutable, and read by any thread. */
public record Configuration(
        Server server,
        SessionLimits session,
        Raw raw,
        Broadcast broadcast,
        Channels channels,
        History history,
        Auth auth,
        Optional<Cluster> cluster,
        Metrics metrics,
        Shutdown shutdown,
        Log log,
        Map<String, String> effective,
        List<String> unknownVariables) {

    private static final Duration ZERO = Duration.ZERO;
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    public Configuration {
        effective = Collections.unmodifiableMap(new LinkedHashMap<>(effective));
        unknownVariables = List.copyOf(unknownVariables);
    }

    /**
     * The defaults, with the file (where one is given) and the environment over them.
     *
     * @throws ConfigurationException with one line that names source, key, value and rule
     * @throws java.io.UncheckedIOException with one line that names the file, where it can't be read
     */
    public static Configuration load(@Nullable Path file, Map<String, String> environment) {
        return file == null
                ? of(Settings.defaults().overlay(environment), environment)
                : new ConfigurationFile(file, environment).configuration();
    }

    /**
     * The text of a configuration file.
     *
     * @throws java.io.UncheckedIOException with one line that names the file, where it can't be read
     */
    public static String read(Path file) {
        return Settings.read(file);
    }

    /** The same from a YAML or JSON text; {@code source} names it in errors. */
    public static Configuration parse(String yaml, String source, Map<String, String> environment) {
        return of(Settings.defaults().overlay(yaml, source).overlay(environment), environment);
    }

    static Configuration of(Settings settings, Map<String, String> environment) {
        Auth auth = Auth.of(settings);
        return new Configuration(
                Server.of(settings),
                SessionLimits.of(settings),
                Raw.of(settings),
                new Broadcast(Rule.of(settings.get("broadcast.publish"))),
                Channels.of(settings, auth.required()),
                History.of(settings),
                auth,
                Cluster.of(settings),
                Metrics.of(settings),
                Shutdown.of(settings),
                Log.of(settings),
                settings.effective(),
                settings.unknownVariables(environment));
    }

    /** The listener. {@code maxConnections} and {@code maxConnectionsPerAddress}: 0 is no bound. */
    public record Server(
            String host,
            int port,
            int eventLoops,
            String transport,
            boolean compression,
            int maxMessageSize,
            int maxConnections,
            int maxConnectionsPerAddress,
            Rate handshakeRate,
            Rate handshakeRatePerAddress,
            Duration handshakeTimeout,
            TrustedProxies trustedProxies,
            boolean proxyProtocol,
            Origins origins,
            Optional<Tls> tls) {
        static Server of(Settings settings) {
            int loops = settings.get("server.event-loops").integer(0, 1024);
            return new Server(
                    settings.get("server.host").text(),
                    settings.get("server.port").integer(0, 65_535),
                    loops == 0 ? Runtime.getRuntime().availableProcessors() : loops,
                    settings.get("server.transport").oneOf("auto", "epoll", "io_uring", "nio"),
                    settings.get("server.compression").oneOf("on", "off").equals("on"),
                    settings.get("server.max-message-size").size(1, 256L << 20),
                    settings.get("server.max-connections").integer(0, Integer.MAX_VALUE),
                    settings.get("server.max-connections-per-address").integer(0, Integer.MAX_VALUE),
                    Rate.of(settings.get("server.handshake-rate"), settings.get("server.handshake-burst")),
                    Rate.of(
                            settings.get("server.handshake-rate-per-address"),
                            settings.get("server.handshake-burst-per-address")),
                    settings.get("server.handshake-timeout").duration(MILLISECOND, HOUR),
                    TrustedProxies.of(settings.get("server.trusted-proxies")),
                    settings.get("server.proxy-protocol").bool(),
                    Origins.of(settings.get("server.origins")),
                    Tls.of(settings));
        }
    }

    /** TLS from PEM files; {@code clientAuthorities} is null where clients need no certificate. */
    public record Tls(Path certificate, Path key, @Nullable Path clientAuthorities) {
        static Optional<Tls> of(Settings settings) {
            Setting enabled = settings.get("server.tls.enabled");
            if (!enabled.bool()) {
                return Optional.empty();
            }
            for (String key : List.of("server.tls.cert", "server.tls.key")) {
                if (settings.get(key).text().isEmpty()) {
                    throw enabled.refuse("needs " + key);
                }
            }
            String clientCa = settings.get("server.tls.client-ca").text();
            return Optional.of(new Tls(
                    settings.get("server.tls.cert").file(),
                    settings.get("server.tls.key").file(),
                    clientCa.isEmpty()
                            ? null
                            : settings.get("server.tls.client-ca").file()));
        }
    }

    /** The bounds of one session; {@code byteRate} is of inflated messages. */
    public record SessionLimits(
            Duration pingInterval,
            Duration pongTimeout,
            Duration writeTimeout,
            int sendLimit,
            int maxSubscriptions,
            Rate messageRate,
            Rate byteRate,
            Rate subscribeRate,
            int maxFragments,
            Duration assemblyTimeout) {
        static SessionLimits of(Settings settings) {
            Setting interval = settings.get("session.ping-interval");
            Duration ping = interval.duration(MILLISECOND, HOUR);
            Setting pong = settings.get("session.pong-timeout");
            Duration pongTimeout = pong.duration(MILLISECOND, DAY);
            if (pongTimeout.compareTo(ping) <= 0) {
                throw pong.refuse("is not longer than session.ping-interval, which is '" + interval.text() + "'");
            }
            return new SessionLimits(
                    ping,
                    pongTimeout,
                    settings.get("session.write-timeout").duration(MILLISECOND, HOUR),
                    settings.get("session.send-limit").size(1, 1L << 30),
                    settings.get("session.max-subscriptions").integer(1, 1_000_000),
                    Rate.of(settings.get("session.message-rate"), settings.get("session.message-burst")),
                    byteRate(settings),
                    Rate.of(settings.get("session.subscribe-rate"), settings.get("session.subscribe-burst")),
                    settings.get("session.max-fragments").integer(1, 1_000_000),
                    settings.get("session.assembly-timeout").duration(MILLISECOND, HOUR));
        }

        /** A burst takes the largest message, which could never be sent else. */
        private static Rate byteRate(Settings settings) {
            Setting largest = settings.get("server.max-message-size");
            int least = largest.size(0, Integer.MAX_VALUE);
            // No more than a byte a nanosecond, which is as fine as a bucket counts.
            int rate = settings.get("session.byte-rate").size(0, 512L << 20);
            Setting burst = settings.get("session.byte-burst");
            int atOnce = burst.size(0, 1L << 30);
            if (atOnce != 0 && atOnce < least) {
                throw burst.refuse("is less than server.max-message-size, which is '" + largest.text() + "'");
            }
            return new Rate(rate, atOnce == 0 ? Math.max(rate, least) : atOnce);
        }
    }

    /** The raw relay. */
    public record Raw(boolean enabled, String path, String channel) {
        private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9_.~/-]*");
        private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9_.:-]{1,256}");

        static Raw of(Settings settings) {
            Setting path = settings.get("raw.path");
            if (path.text().equals("/ws") || path.text().startsWith("/raw/")) {
                throw path.refuse("is an address of another protocol");
            }
            return new Raw(
                    settings.get("raw.enabled").bool(),
                    path.text(PATH, "is not a path such as / or /relay"),
                    settings.get("raw.channel").text(CHANNEL, "is not 1 to 256 of A-Z a-z 0-9 _ . : -"));
        }
    }

    /** Messages to every session. */
    public record Broadcast(Rule publish) {}

    /** The histories of an instance on its own; {@code memoryLimit} in bytes. */
    public record History(int memoryLimit) {
        static History of(Settings settings) {
            return new History(settings.get("history.memory-limit").size(1 << 20, Integer.MAX_VALUE));
        }
    }

    /** The port of {@code /metrics}, {@code /live} and {@code /ready}. */
    public record Metrics(boolean enabled, String host, int port) {
        static Metrics of(Settings settings) {
            return new Metrics(
                    settings.get("metrics.enabled").bool(),
                    settings.get("metrics.host").text(),
                    settings.get("metrics.port").integer(0, 65_535));
        }
    }

    /** The stages of stopping, one after the other. */
    public record Shutdown(Duration grace, Duration drain, Duration timeout) {
        static Shutdown of(Settings settings) {
            return new Shutdown(
                    settings.get("shutdown.grace").duration(ZERO, HOUR),
                    settings.get("shutdown.drain").duration(ZERO, HOUR),
                    settings.get("shutdown.timeout").duration(MILLISECOND, HOUR));
        }
    }

    /** What is logged, and how. */
    public record Log(String level, boolean json) {
        static Log of(Settings settings) {
            return new Log(
                    settings.get("log.level").oneOf("error", "warn", "info", "debug", "trace"),
                    settings.get("log.format").oneOf("text", "json").equals("json"));
        }
    }
}
