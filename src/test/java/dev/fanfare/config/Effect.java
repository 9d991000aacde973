package dev.fanfare.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** What another value than the default changes in the configuration. */
record Effect(String key, String value, Function<Configuration, Object> read, Object expected) {
    static List<Effect> all() {
        return List.of(
                of("server.host", "127.0.0.1", c -> c.server().host(), "127.0.0.1"),
                of("server.port", "1", c -> c.server().port(), 1),
                of("server.event-loops", "77", c -> c.server().eventLoops(), 77),
                of("server.transport", "nio", c -> c.server().transport(), "nio"),
                of("server.compression", "off", c -> c.server().compression(), false),
                of("server.max-message-size", "1MiB", c -> c.server().maxMessageSize(), 1 << 20),
                of("server.max-connections", "5", c -> c.server().maxConnections(), 5),
                of("server.max-connections-per-address", "6", c -> c.server().maxConnectionsPerAddress(), 6),
                of("server.handshake-rate", "17", c -> c.server().handshakeRate(), new Rate(17, 17)),
                of("server.handshake-burst", "18", c -> c.server().handshakeRate(), new Rate(0, 18)),
                of(
                        "server.handshake-rate-per-address",
                        "19",
                        c -> c.server().handshakeRatePerAddress(),
                        new Rate(19, 19)),
                of(
                        "server.handshake-burst-per-address",
                        "20",
                        c -> c.server().handshakeRatePerAddress(),
                        new Rate(0, 20)),
                of(
                        "server.trusted-proxies",
                        "127.0.0.1, 2001:db8::/32",
                        c -> c.server().trustedProxies(),
                        new TrustedProxies(List.of(
                                new TrustedProxies.Block(address("127.0.0.1"), 32),
                                new TrustedProxies.Block(address("2001:db8::"), 32)))),
                of("server.proxy-protocol", "true", c -> c.server().proxyProtocol(), true),
                of("server.handshake-timeout", "7s", c -> c.server().handshakeTimeout(), Duration.ofSeconds(7)),
                of(
                        "server.origins",
                        "https://A.example, same-origin, http://b.example:81",
                        c -> c.server().origins(),
                        new Origins(false, true, List.of("https://a.example", "http://b.example:81"))),
                of("session.ping-interval", "8s", c -> c.session().pingInterval(), Duration.ofSeconds(8)),
                of("session.pong-timeout", "9m", c -> c.session().pongTimeout(), Duration.ofMinutes(9)),
                of("session.write-timeout", "11ms", c -> c.session().writeTimeout(), Duration.ofMillis(11)),
                of("session.send-limit", "2KiB", c -> c.session().sendLimit(), 2048),
                of("session.max-subscriptions", "12", c -> c.session().maxSubscriptions(), 12),
                of("session.message-rate", "13", c -> c.session().messageRate(), new Rate(13, 13)),
                of("session.message-burst", "14", c -> c.session().messageRate(), new Rate(0, 14)),
                of("session.byte-rate", "21MiB", c -> c.session().byteRate(), new Rate(21 << 20, 21 << 20)),
                of("session.byte-burst", "64MiB", c -> c.session().byteRate(), new Rate(0, 64 << 20)),
                of("session.subscribe-rate", "22", c -> c.session().subscribeRate(), new Rate(22, 22)),
                of("session.subscribe-burst", "23", c -> c.session().subscribeRate(), new Rate(0, 23)),
                of("session.max-fragments", "15", c -> c.session().maxFragments(), 15),
                of("session.assembly-timeout", "16s", c -> c.session().assemblyTimeout(), Duration.ofSeconds(16)),
                of("raw.enabled", "false", c -> c.raw().enabled(), false),
                of("raw.path", "/relay", c -> c.raw().path(), "/relay"),
                of("raw.channel", "other", c -> c.raw().channel(), "other"),
                of("broadcast.publish", "claim:admin", c -> c.broadcast().publish(), new Rule(Rule.Who.CLAIM, "admin")),
                of("history.memory-limit", "3MiB", c -> c.history().memoryLimit(), 3 << 20),
                of("auth.timeout", "18s", c -> c.auth().timeout(), Duration.ofSeconds(18)),
                of("auth.query-token", "true", c -> c.auth().queryToken(), true),
                of("auth.required", "true", c -> c.auth().required(), true),
                of("metrics.enabled", "false", c -> c.metrics().enabled(), false),
                of("metrics.host", "::1", c -> c.metrics().host(), "::1"),
                of("metrics.port", "0", c -> c.metrics().port(), 0),
                of("shutdown.grace", "1s", c -> c.shutdown().grace(), Duration.ofSeconds(1)),
                of("shutdown.drain", "2s", c -> c.shutdown().drain(), Duration.ofSeconds(2)),
                of("shutdown.timeout", "3s", c -> c.shutdown().timeout(), Duration.ofSeconds(3)),
                of("log.level", "trace", c -> c.log().level(), "trace"),
                of("log.format", "json", c -> c.log().json(), true));
    }

    private static InetAddress address(String literal) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(literal));
    }

    private static Effect of(String key, String value, Function<Configuration, Object> read, Object expected) {
        return new Effect(key, value, read, expected);
    }

    @Override
    public String toString() {
        return key;
    }
}
