package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.LocalProcess;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody is to see, sought in all that the packaged jar says while it is shown keys and tokens, right ones and wrong ones. */
class SecretsIT {
    private static final String KEY = "canary-key-3f1c9a";
    private static final String WRONG_KEY = "canary-wrong-7be2d4";
    private static final String SECRET = "canary-secret-0a9d51-of-more-than-32-bytes";
    private static final String PASSWORD = "canary-password-66aa01";

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void areInNoLogMetricErrorAnswerOrCommandOfRedis(String format) throws Exception {
        String token = Tokens.secret("HS256", SECRET).sign(Tokens.claims("\"sub\":\"alice\""));
        String forged = Tokens.secret("HS256", WRONG_KEY.repeat(3)).sign(Tokens.claims("\"sub\":\"alice\""));
        List<String> answers = new ArrayList<>();
        try (RedisServer redis = RedisServer.start("user joe on >" + PASSWORD + " ~* &* +@all");
                LocalProcess monitor = LocalProcess.start(folder, "redis-cli", "-p", "" + redis.port(), "monitor");
                JarProcess jar = start(redis, format)) {
            monitor.await("the monitor", () -> monitor.output().contains("OK"));
            int port = jar.port();
            for (String shown : List.of(KEY, token, WRONG_KEY, forged, "canary-ä", "canary key")) {
                for (String path : List.of("/", "/ws", "/ws?access_token=" + shown)) {
                    UpgradeRequest plain = UpgradeRequest.to(port, path);
                    answers.add(answer(port, path.contains("?") ? plain : plain.bearing(shown)));
                    answers.add(answer(port, plain.offeringBearer(shown)));
                }
                answers.add(answer(
                        port,
                        ApiClient.request(port, "POST", "/api/v1/disconnect", "{\"user\":\"nobody\"}")
                                .replace(ApiClient.KEY, shown)));
            }
            try (WebSocketPeer alice = WebSocketPeer.to(port)
                    .connect(UpgradeRequest.to(port, "/ws").bearing(token))) {
                for (String shown : List.of(token, forged, WRONG_KEY)) {
                    answers.add(alice.sendText("{\"type\":\"token\",\"data\":\"" + shown + "\",\"id\":1}")
                            .text());
                }
                answers.add(
                        alice.sendText(Commands.subscribe("user:alice", "1")).text());
                alice.sendText(Commands.publish("user:alice", "\"seen-by-redis\""));
                answers.add(alice.text());
            }
            Eventually.holds(() -> assertThat(monitor.output()).contains("seen-by-redis"));
            String metrics = HttpPeer.get(jar.metricsPort(), "/metrics").body();
            assertThat(metrics).contains("credential_unknown");
            assertThat(jar.out()).contains("credential_unknown");
            jar.signal("TERM");
            jar.end();
            for (String said : List.of(metrics, jar.out(), jar.err(), monitor.output(), String.join("\n", answers))) {
                assertThat(said).doesNotContain(KEY, WRONG_KEY, SECRET, PASSWORD, sha256(KEY), "canary-\u00e4");
                for (String shown : List.of(KEY, WRONG_KEY, token, forged)) {
                    assertThat(said).doesNotContain(shown, base64(shown));
                }
            }
        }
    }

    @Test
    void aNameForgesNoLineOfTheLog() throws Exception {
        try (RedisServer redis = RedisServer.start("user joe on >" + PASSWORD + " ~* &* +@all");
                JarProcess jar = start(redis, "text")) {
            String claims = Tokens.claims("\"sub\":\"a\\u2028c\\u202ed <script>\"");
            String token = Tokens.secret("HS256", SECRET).sign(claims);
            try (WebSocketPeer peer = WebSocketPeer.to(jar.port())
                    .connect(UpgradeRequest.to(jar.port(), "/ws").bearing(token))) {
                String request = ApiClient.request(
                                jar.port(), "POST", "/api/v1/disconnect", "{\"user\":\"a\\u2028c\\u202ed <script>\"}")
                        .replace(ApiClient.KEY, KEY);
                assertThat(answer(jar.port(), request)).contains("200");
                peer.expectClose(4500);
            }
            jar.awaitOut("a?c?d <script>");
            assertThat(jar.out()).doesNotContain("\u2028", "\u202e");
        }
    }

    private JarProcess start(RedisServer redis, String format) throws Exception {
        Path file = Files.writeString(
                folder.resolve("fanfare.yaml"), """
                server: {host: 127.0.0.1, port: 0}
                metrics: {host: 127.0.0.1, port: 0}
                auth:
                  query-token: true
                  api-keys: [{name: backend, sha256: %s}]
                  jwt: {secret: %s}
                cluster: {redis: "%s", username: joe, password: %s}
                log: {level: trace, format: %s}
                """.formatted(sha256(KEY), SECRET, redis.url(), PASSWORD, format));
        return JarProcess.java(Map.of(), "-jar", "$jar", "--config-file", file.toString());
    }

    private static String answer(int port, UpgradeRequest request) {
        return answer(port, request.text());
    }

    private static String answer(int port, String request) {
        try (HttpPeer peer = HttpPeer.to(port)) {
            return peer.send(request.getBytes(UTF_8)).responseHead().toString();
        }
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
