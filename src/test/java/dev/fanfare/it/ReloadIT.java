package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration file that changes while the packaged jar runs by it. */
class ReloadIT {
    private static final String CLAIMS = Tokens.claims("\"sub\":\"alice\"");

    @TempDir
    Path folder = Path.of("");

    private final Tokens issuer = Tokens.generate("ES256");

    @Test
    void holdsAsAWholeOrNotAtAllAndForOpenSessionsToo() throws Exception {
        replace("issuer.pem", issuer.pem());
        replace("fanfare.yaml", yaml(ApiClient.SETTING.substring("auth.api-keys=".length()), "info", "0"));
        try (JarProcess jar = JarProcess.java(
                        Map.of(),
                        "-jar",
                        "$jar",
                        "--config-file",
                        folder.resolve("fanfare.yaml").toString());
                WebSocketPeer anonymous = connect(jar, "");
                WebSocketPeer service = connect(jar, ApiClient.KEY);
                WebSocketPeer alice = connect(jar, issuer.sign(CLAIMS))) {
            replace("fanfare.yaml", yaml("[]", "loud", "0"));
            jar.awaitOut("configuration not reloaded, all stays as it is");
            assertThat(jar.out())
                    .contains("fanfare.yaml:9: log.level: 'loud' is none of error, warn, info, debug, trace");
            service.expectNothingBeforePong();
            try (WebSocketPeer another = connect(jar, ApiClient.KEY)) {
                another.leave();
            }

            replace("fanfare.yaml", yaml("[]", "debug", "1"));
            service.expectClose(4501);
            jar.awaitOut("these hold only after a restart keys=[server.port]");
            assertThat(jar.out()).contains("configuration reloaded changed=[auth.api-keys[0].claims");
            assertThat(anonymous.sendText(Commands.publish("a", "1", "1")).text())
                    .contains("\"published\"");
            alice.expectNothingBeforePong();

            Tokens other = Tokens.generate("ES256");
            replace("issuer.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
            jar.awaitOut("auth.jwt.public-key");
            alice.expectNothingBeforePong();
            replace("issuer.pem", other.pem());
            alice.expectClose(4002);
            try (WebSocketPeer again = connect(jar, other.sign(CLAIMS))) {
                again.expectNothingBeforePong();
            }
            Eventually.holds(() -> {
                Exposition metrics = Exposition.scrape(jar.metricsPort());
                assertThat(metrics.sum("fanfare_configuration_reloads_total{result=\"failed\"}"))
                        .isEqualTo(2);
                assertThat(metrics.sum("fanfare_configuration_reloads_total{result=\"ok\"}"))
                        .isEqualTo(2);
            });
        }
    }

    private static WebSocketPeer connect(JarProcess jar, String token) {
        UpgradeRequest request = UpgradeRequest.to(jar.port(), "/ws");
        return WebSocketPeer.to(jar.port()).connect(token.isEmpty() ? request : request.bearing(token));
    }

    private String yaml(String keys, String level, String port) {
        return """
                server:
                  host: 127.0.0.1
                  port: %s
                metrics: {host: 127.0.0.1, port: 0}
                auth:
                  api-keys: %s
                  jwt: {public-key: "%s"}
                log:
                  level: %s
                """.formatted(port, keys, folder.resolve("issuer.pem"), level);
    }

    /** As those do who know that somebody reads. */
    private void replace(String name, String text) throws IOException {
        Path fresh = Files.writeString(folder.resolve(name + ".new"), text);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
