package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.SharedInstance;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code fanfare publish} before a real instance. */
class PublishIT {
    @RegisterExtension
    static final SharedInstance INSTANCE =
            SharedInstance.with(ApiClient.SETTING, "channels=[{\"match\":\"kept\",\"history-size\":100}]");

    private static Map<String, String> environment(String key) {
        return Map.of("FANFARE_URL", "http://127.0.0.1:" + INSTANCE.port(), "FANFARE_API_KEY", key);
    }

    private static JarProcess publish(String... words) {
        return JarProcess.command(
                environment(ApiClient.KEY),
                Stream.concat(Stream.of("publish"), Stream.of(words)).toArray(String[]::new));
    }

    private static JsonPeer subscriber(String channel) {
        JsonPeer peer = INSTANCE.keep(JsonPeer.on(INSTANCE.instance()));
        peer.subscribe(channel);
        return peer;
    }

    @Test
    void aMessageIsPublishedAndNothingIsSaid() throws Exception {
        JsonPeer peer = subscriber("news");
        try (JarProcess publish = publish("news", "{\"title\":\"hello\"}")) {
            assertThat(publish.end()).isZero();
            assertThat(publish.out()).isEmpty();
            assertThat(publish.err()).isEmpty();
        }
        assertThat(peer.event().getJsonObject("data")).isEqualTo(new JsonObject().put("title", "hello"));
    }

    @Test
    void theSameKeyIsTakenOnceAndTheAnswerIsPrinted() throws Exception {
        JsonPeer peer = subscriber("kept");
        try (JarProcess one = publish("--json", "--text", "--key", "k", "kept", "é\n");
                JarProcess two = publish("--json", "--text", "--key", "k", "kept", "é\n")) {
            assertThat(one.end()).isZero();
            assertThat(two.end()).isZero();
            assertThat(new JsonObject(one.out()).getLong("offset")).isEqualTo(1);
            assertThat(new JsonObject(two.out()).getLong("offset")).isEqualTo(1);
        }
        assertThat(peer.event().getString("data")).isEqualTo("é");
        peer.expectNothing();
    }

    @Test
    void linesOfStandardInputAreMessages() throws Exception {
        JsonPeer peer = subscriber("lines");
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                Objects.requireNonNull(System.getProperty("fanfare.jar")),
                "publish",
                "--text",
                "--lines",
                "lines",
                "-");
        builder.environment().putAll(environment(ApiClient.KEY));
        Process publish =
                builder.inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
        try (OutputStream in = publish.getOutputStream()) {
            in.write("one\ntw".getBytes(StandardCharsets.UTF_8));
            in.flush();
            assertThat(peer.event().getString("data"))
                    .as("while half a line stands behind it")
                    .isEqualTo("one");
            in.write("o\nthree".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(peer.event().getString("data")).isEqualTo("two");
        assertThat(peer.event().getString("data")).isEqualTo("three");
        assertThat(publish.waitFor()).isZero();
    }

    @Test
    void aLineThatIsNoJsonIsToldByItsNumberAndTheOthersArePublished() throws Exception {
        JsonPeer peer = subscriber("some");
        try (JarProcess publish = publish("--lines", "some", "1\nnope\n3\n")) {
            assertThat(publish.end()).isEqualTo(1);
            assertThat(publish.err()).isEqualTo("fanfare: line 2: the data is no JSON; --text takes it as a string\n");
        }
        assertThat(peer.event().getInteger("data")).isEqualTo(1);
        assertThat(peer.event().getInteger("data")).isEqualTo(3);
    }

    @Test
    void aBroadcastHasNoChannel() throws Exception {
        JsonPeer peer = INSTANCE.keep(JsonPeer.on(INSTANCE.instance()));
        try (JarProcess publish = publish("--broadcast", "[1]")) {
            assertThat(publish.end()).isZero();
        }
        assertThat(peer.event().getJsonArray("data")).containsExactly(1);
    }

    @Test
    void whatCantBePublishedIsSaidInOneLine() throws Exception {
        try (JarProcess channel = publish("what?", "1");
                JarProcess data = publish("news", "hello");
                JarProcess denied = JarProcess.command(environment("another"), "publish", "news", "1");
                JarProcess away = publish("--url", "http://127.0.0.1:" + FreePort.next(), "news", "1")) {
            assertThat(channel.end()).isEqualTo(1);
            assertThat(channel.err()).matches("fanfare: 400 .+\\R");
            assertThat(data.end()).isEqualTo(2);
            assertThat(data.err()).startsWith("fanfare: the data is no JSON; --text takes it as a string");
            assertThat(denied.end()).isEqualTo(3);
            assertThat(denied.err()).matches("fanfare: 401.*\\R");
            assertThat(away.end()).isEqualTo(1);
            assertThat(away.err()).matches("fanfare: no answer from http://127.0.0.1:\\d+: can't connect\\R");
        }
    }
}
