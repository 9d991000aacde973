package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fanfare token}: instances take what it makes. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class TokenIT {
    private static final String SECRET = "0123456789012345678901234567890123456789";
    private static final String RULES =
            "channels=[{\"match\":\"closed:*\",\"subscribe\":\"nobody\"},{\"match\":\"edit\",\"publish\":\"claim:editor\"}]";

    @TempDir
    private Path folder;

    private static String made(JarProcess process) throws Exception {
        try (process) {
            assertThat(process.end()).isZero();
            assertThat(process.err()).isEmpty();
            assertThat(process.out()).matches("[A-Za-z0-9_.-]+\\R");
            return process.out().strip();
        }
    }

    private static JsonPeer as(Instance instance, String token) {
        return JsonPeer.on(UpgradeRequest.to(instance.port(), "/ws").bearing(token), WebSocketPeer.to(instance.port()));
    }

    @Test
    void oneOfTheConfiguredSecretIsLetInAndMayWhatItSays() throws Exception {
        Path file = Files.writeString(
                folder.resolve("fanfare.yaml"), "auth.jwt: {secret: \"" + SECRET + "\", issuer: me, audience: all}\n");
        String token = made(JarProcess.command(
                Map.of(),
                "token",
                "--config-file",
                file.toString(),
                "--user",
                "ada",
                "--subscribe",
                "closed:*",
                "--claim",
                "editor=true"));
        try (Instance instance = Instance.start(
                        "auth.required=true",
                        "auth.jwt.secret=" + SECRET,
                        "auth.jwt.issuer=me",
                        "auth.jwt.audience=all",
                        RULES);
                JsonPeer peer = as(instance, token)) {
            peer.subscribe("closed:a");
            JsonPeer.expect(
                    "published", peer.ask(JsonPeer.command("publish", "edit").put("data", 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void oneOfAPrivateKeyIsLetIn(String algorithm) throws Exception {
        Tokens keys = Tokens.generate(algorithm);
        Path key = Files.writeString(
                folder.resolve("key.pem"),
                Tokens.pem(
                        "PRIVATE KEY",
                        Objects.requireNonNull(keys.pair()).getPrivate().getEncoded()));
        String token = made(JarProcess.command(Map.of(), "token", "--key-file", key.toString(), "--user", "ada"));
        try (Instance instance = Instance.start(
                        "auth.required=true",
                        "auth.jwt.public-key=" + keys.pemFile(folder),
                        "auth.jwt.algorithm=" + algorithm);
                JsonPeer peer = as(instance, token)) {
            peer.subscribe("news");
        }
    }

    @Test
    void whatMakesNoTokenIsSaidInOneLine() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "short\n");
        try (JarProcess none = JarProcess.command(Map.of(), "token", "--user", "ada");
                JarProcess weak = JarProcess.command(Map.of(), "token", "--secret-file", secret.toString());
                JarProcess away = JarProcess.command(Map.of(), "token", "--key-file", "/does/not/exist.pem")) {
            for (JarProcess each : new JarProcess[] {none, weak, away}) {
                assertThat(each.end()).isEqualTo(2);
                assertThat(each.out()).isEmpty();
                assertThat(each.err()).matches("fanfare: .+\\R");
            }
            assertThat(weak.err()).contains("shorter than 32 bytes");
            assertThat(away.err()).contains("/does/not/exist.pem");
        }
    }
}
