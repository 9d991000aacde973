package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fanfare listen} before real instances. */
class ListenIT {
    private static final String KEPT = "channels=[{\"match\":\"kept\",\"history-size\":100}]";

    private static JarProcess listen(int port, String... words) {
        return JarProcess.command(
                Map.of("FANFARE_URL", "http://127.0.0.1:" + port),
                Stream.concat(Stream.of("listen"), Stream.of(words)).toArray(String[]::new));
    }

    private static void publish(int port, String channel, String data) {
        String body = "{\"channel\":\"" + channel + "\",\"data\":" + data + "}";
        assertThat(ApiClient.post(port, "/api/v1/publish", body).status()).isEqualTo(200);
    }

    private static void awaitSubscriber(int port, String channel) {
        Eventually.holds(() -> {
            try (HttpPeer peer = HttpPeer.to(port)) {
                String request = ApiClient.request(port, "GET", "/api/v1/channels?prefix=" + channel, "");
                assertThat(peer.send(request).response().body()).contains('"' + channel + '"');
            }
        });
    }

    @Test
    void itComesBackAfterAKillAndSaysWhatItCantKnow() throws Exception {
        int port = FreePort.next();
        InstanceProcess killed = InstanceProcess.start(List.of(), "server.port=" + port, ApiClient.SETTING, KEPT);
        try (JarProcess listen = listen(port, "--count", "4", "kept", "news")) {
            awaitSubscriber(port, "news");
            publish(port, "kept", "1");
            publish(port, "news", "\"two\"");
            listen.awaitOut("\"two\"\n");
            killed.kill();
            try (InstanceProcess again =
                    InstanceProcess.start(List.of(), "server.port=" + port, ApiClient.SETTING, KEPT)) {
                awaitSubscriber(again.port(), "news");
                publish(port, "kept", "3");
                publish(port, "news", "{\"four\": 4}");
                assertThat(listen.end()).isZero();
                assertThat(listen.out()).isEqualTo("1\n\"two\"\n3\n{\"four\": 4}\n");
                assertThat(listen.err()).contains("cut off (1006").contains("messages of kept are lost");
            }
        } finally {
            killed.close();
        }
    }

    @Test
    void theLastOfTheHistoryComeFirst() throws Exception {
        try (Instance instance = Instance.start(ApiClient.SETTING, KEPT)) {
            for (int i = 1; i <= 5; i++) {
                publish(instance.port(), "kept", "" + i);
            }
            try (JarProcess listen = listen(instance.port(), "--last", "3", "--count", "4", "kept", "kept")) {
                listen.awaitOut("5\n");
                publish(instance.port(), "kept", "6");
                assertThat(listen.end()).isZero();
                assertThat(listen.out()).isEqualTo("3\n4\n5\n6\n");
            }
        }
    }

    @Test
    void theWholeMessageSaysWhereToGoOn() throws Exception {
        try (Instance instance = Instance.start(ApiClient.SETTING, KEPT)) {
            publish(instance.port(), "kept", "1");
            publish(instance.port(), "kept", "2");
            try (JarProcess all = listen(instance.port(), "--last", "2", "--count", "1", "--json", "kept")) {
                assertThat(all.end()).isZero();
                JsonObject first = new JsonObject(all.out());
                assertThat(first.getInteger("data")).isEqualTo(1);
                assertThat(first.getLong("offset")).isEqualTo(1);
            }
            String answer = ApiClient.post(instance.port(), "/api/v1/publish", "{\"channel\":\"kept\",\"data\":3}")
                    .body();
            String from = new JsonObject(answer).getString("epoch") + ":1";
            try (JarProcess rest = listen(instance.port(), "--recover", from, "--count", "2", "kept")) {
                assertThat(rest.end()).isZero();
                assertThat(rest.out()).isEqualTo("2\n3\n");
            }
        }
    }

    @Test
    void theRawRelayIsPrintedAsItComes() throws Exception {
        try (Instance instance = Instance.start();
                JarProcess listen = listen(instance.port(), "--raw", "/raw/a", "--count", "2");
                WebSocketPeer peer = instance.connect("/raw/a")) {
            Eventually.holds(() ->
                    assertThat(instance.metric("fanfare_connected_clients")).isEqualTo(2));
            peer.sendText("hello").sendBinary((byte) 0, (byte) 1);
            assertThat(listen.end()).isZero();
            assertThat(listen.out()).isEqualTo("hello\nAAE=\n");
        }
    }

    @Test
    void aWrongTokenIsNotLetIn(@TempDir Path folder) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "wrong\n");
        try (Instance instance = Instance.start(ApiClient.SETTING, "auth.required=true");
                JarProcess listen = listen(instance.port(), "--token-file", token.toString(), "news")) {
            assertThat(listen.end()).isEqualTo(3);
            assertThat(listen.err())
                    .isEqualTo("fanfare: refused: ws://127.0.0.1:" + instance.port()
                            + "/ws: the handshake was refused with status 401\n");
        }
    }

    @Test
    void aChannelThatMayNotBeReadEndsIt() throws Exception {
        String rule = "channels=[{\"match\":\"secret\",\"subscribe\":\"nobody\"}]";
        try (Instance instance = Instance.start(rule);
                JarProcess listen = listen(instance.port(), "secret", "news")) {
            assertThat(listen.end()).isEqualTo(3);
            assertThat(listen.err()).contains("unauthorised");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsItInGoodOrder(String signal) throws Exception {
        try (Instance instance = Instance.start(ApiClient.SETTING);
                JarProcess listen = listen(instance.port(), "news")) {
            awaitSubscriber(instance.port(), "news");
            assertThat(listen.signal(signal).end()).isZero();
            assertThat(listen.out()).isEmpty();
        }
    }

    @Test
    void itEndsWhenNobodyReadsWhatItPrints(@TempDir Path folder) throws Exception {
        Path status = folder.resolve("status");
        Path errors = folder.resolve("errors");
        try (Instance instance = Instance.start(ApiClient.SETTING)) {
            Process shell = new ProcessBuilder(
                            "sh",
                            "-c",
                            "{ \"$@\" 2> " + errors + "; echo $? > " + status + "; } | head -n 1",
                            "sh",
                            ProcessHandle.current().info().command().orElse("java"),
                            "-jar",
                            Objects.requireNonNull(System.getProperty("fanfare.jar")),
                            "listen",
                            "--url",
                            "http://127.0.0.1:" + instance.port(),
                            "news")
                    .start();
            try {
                awaitSubscriber(instance.port(), "news");
                Eventually.holds(() -> {
                    publish(instance.port(), "news", "1");
                    assertThat(status).hasContent("0");
                });
                assertThat(errors).isEmptyFile();
            } finally {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        }
    }
}
