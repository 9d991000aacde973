package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fanfare exec} before real commands, and instances that are killed. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ExecIT {
    private static final int OUTPUT_LINES = 90_908;
    private static final int ERROR_LINES = OUTPUT_LINES / 10;

    /** 99,998 lines, which with the two statuses is what the history of a process keeps. */
    private static final String MANY = "BEGIN { for (i = 1; i <= " + OUTPUT_LINES
            + "; i++) { print i; if (i % 10 == 0) print i / 10 > \"/dev/stderr\" } }";

    @TempDir
    private Path folder;

    private static JarProcess exec(int port, String... arguments) {
        return JarProcess.java(
                Map.of("FANFARE_API_KEY", ApiClient.KEY, "FANFARE_URL", "http://127.0.0.1:" + port),
                Stream.concat(Stream.of("-jar", "$jar", "exec"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static InstanceProcess instance(int port, String... settings) {
        return InstanceProcess.start(
                List.of(),
                Stream.concat(Stream.of("server.port=" + port, ApiClient.SETTING), Stream.of(settings))
                        .toArray(String[]::new));
    }

    private static JsonObject history(int port, String id, String query) {
        try (HttpPeer peer = HttpPeer.to(port)) {
            Response response = peer.send(
                            ApiClient.request(port, "GET", "/api/v1/channels/process:" + id + "/history" + query, ""))
                    .response();
            assertThat(response.status()).as(response.body()).isEqualTo(200);
            return new JsonObject(
                    new String(response.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
    }

    private static List<JsonObject> all(int port, String id) {
        List<JsonObject> all = new ArrayList<>();
        JsonArray page = new JsonArray();
        String query = "?limit=1000";
        do {
            JsonObject answer = history(port, id, query);
            page = answer.getJsonArray("messages");
            page.forEach(message -> all.add((JsonObject) message));
            if (!all.isEmpty()) {
                query = "?limit=1000&since=" + answer.getString("epoch") + ":"
                        + all.get(all.size() - 1).getLong("offset");
            }
        } while (!page.isEmpty());
        return all;
    }

    private static List<String> lines(List<JsonObject> messages, String stream) {
        return messages.stream()
                .filter(message -> stream.equals(message.getString("stream")))
                .map(message -> message.getString("data"))
                .toList();
    }

    private static JsonObject lastStatus(int port, String id) {
        JsonObject last = history(port, id, "?limit=1&reverse=true")
                .getJsonArray("messages")
                .getJsonObject(0);
        assertThat(last.getString("type")).isEqualTo("process_status");
        return last.getJsonObject("data");
    }

    private static void expectAll(int port, String id) {
        List<JsonObject> messages = all(port, id);
        assertThat(lines(messages, "stdout"))
                .isEqualTo(IntStream.rangeClosed(1, OUTPUT_LINES)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(lines(messages, "stderr"))
                .isEqualTo(IntStream.rangeClosed(1, ERROR_LINES)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(messages.get(0).getJsonObject("data")).isEqualTo(new JsonObject().put("status", "running"));
        assertThat(messages.get(messages.size() - 1).getJsonObject("data"))
                .isEqualTo(new JsonObject().put("status", "exited").put("exitCode", 5));
        assertThat(messages).hasSize(OUTPUT_LINES + ERROR_LINES + 2);
    }

    private static void awaitLines(int port, String id, long lines) {
        Eventually.holds(() ->
                assertThat(history(port, id, "?limit=1").getLong("offset")).isGreaterThan(lines));
    }

    @Test
    void nothingIsLostOrDoubledWhenTheInstanceIsKilledAndRedisHasTheHistory() throws Exception {
        int port = FreePort.next();
        try (RedisServer redis = RedisServer.start();
                InstanceProcess other = instance(0, "cluster.redis=" + redis.url())) {
            InstanceProcess killed = instance(port, "cluster.redis=" + redis.url());
            try (JarProcess exec =
                    exec(port, "--id", "many", "--quiet", "--", "sh", "-c", "awk '" + MANY + "'; exit 5")) {
                awaitLines(other.port(), "many", 5_000);
                killed.kill();
                try (InstanceProcess again = instance(port, "cluster.redis=" + redis.url())) {
                    assertThat(exec.end()).isEqualTo(5);
                    assertThat(again.isAlive()).isTrue();
                }
                assertThat(exec.err()).contains("the output is kept until it can be sent");
            }
            expectAll(other.port(), "many");
        }
    }

    @Test
    void theHistoryIsWholeAgainWhenAnInstanceOnItsOwnIsKilledThatKeptItInMemory() throws Exception {
        int port = FreePort.next();
        InstanceProcess killed = instance(port);
        try (JarProcess exec = exec(port, "--id", "many", "--quiet", "--", "sh", "-c", "awk '" + MANY + "'; exit 5")) {
            awaitLines(port, "many", 5_000);
            killed.kill();
            try (InstanceProcess again = instance(port)) {
                assertThat(exec.end()).isEqualTo(5);
                expectAll(again.port(), "many");
            }
        }
    }

    @Test
    void aCommandRunsWhileTheRelayIsAwayAndIsToldWhenItComes() throws Exception {
        int port = FreePort.next();
        Path mark = folder.resolve("mark");
        try (JarProcess exec = exec(port, "--id", "early", "--", "sh", "-c", "echo hello; echo done > " + mark)) {
            exec.awaitOut("hello");
            Eventually.holds(() -> assertThat(mark).exists());
            try (InstanceProcess instance = instance(port)) {
                assertThat(exec.end()).isZero();
                assertThat(lines(all(instance.port(), "early"), "stdout")).containsExactly("hello");
            }
        }
    }

    @Test
    void aRelayThatStaysAwayIsGivenUpAndTheStatusIsThatOfTheCommand() throws Exception {
        try (JarProcess exec =
                exec(FreePort.next(), "--give-up-after", "300ms", "--", "sh", "-c", "echo hello; exit 9")) {
            assertThat(exec.end()).isEqualTo(9);
            assertThat(exec.out()).isEqualTo("hello\n");
            assertThat(exec.err()).contains("can't connect; 3 lines were not sent");
        }
    }

    @Test
    void aKeyThatIsNotLetInIsSaidOnceAndTheCommandGoesOn() throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = JarProcess.java(
                        Map.of("FANFARE_API_KEY", "another-key"),
                        "-jar",
                        "$jar",
                        "exec",
                        "--url",
                        "http://127.0.0.1:" + instance.port(),
                        "--",
                        "echo",
                        "hello")) {
            assertThat(exec.end()).isZero();
            assertThat(exec.out()).isEqualTo("hello\n");
            assertThat(exec.err()).containsOnlyOnce("the output is not streamed: the relay says 401");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 3 | 3 | {\"status\":\"exited\",\"exitCode\":3}",
                "kill -TERM $$ | 143 | {\"status\":\"killed\",\"signal\":\"TERM\",\"exitCode\":143}",
                "kill -KILL $$ | 137 | {\"status\":\"killed\",\"signal\":\"KILL\",\"exitCode\":137}",
                "exit 255 | 255 | {\"status\":\"exited\",\"exitCode\":255}"
            })
    void theEndOfTheCommandIsOursAndIsTold(String script, int status, String told) throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = exec(instance.port(), "--id", "end", "--", "sh", "-c", script)) {
            assertThat(exec.end()).isEqualTo(status);
            assertThat(lastStatus(instance.port(), "end")).isEqualTo(new JsonObject(told));
        }
    }

    @ParameterizedTest
    @CsvSource({"no-such-command, 127", "/etc/passwd, 126"})
    void aCommandThatCantBeStartedEndsAsInAShell(String command, int status) throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = exec(instance.port(), "--id", "end", "--", command)) {
            assertThat(exec.end()).isEqualTo(status);
            assertThat(lastStatus(instance.port(), "end").getString("status")).isEqualTo("failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalIsPassedOnToTheCommandAndWhatItHasStarted(String signal) throws Exception {
        String script = "trap 'echo got it; exit 4' " + signal + "; echo ready; sleep 1000 & wait; wait";
        try (InstanceProcess instance = instance(0);
                JarProcess exec = exec(instance.port(), "--id", "signal", "--", "sh", "-c", script)) {
            exec.awaitOut("ready").signal(signal);
            assertThat(exec.end()).isEqualTo(4);
            assertThat(lines(all(instance.port(), "signal"), "stdout")).containsExactly("ready", "got it");
        }
    }

    @Test
    void secretsLeaveNeitherAsPatternsNorAsVariablesButOurOwnOutputHasThem() throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = JarProcess.java(
                        Map.of("FANFARE_API_KEY", ApiClient.KEY, "DB_PASSWORD", "hunter2+[x]"),
                        "-jar",
                        "$jar",
                        "exec",
                        "--url",
                        "http://127.0.0.1:" + instance.port(),
                        "--id",
                        "masked",
                        "--mask",
                        "id=\\d+",
                        "--mask-env",
                        "--",
                        "sh",
                        "-c",
                        "printf 'id=1'; printf '7 '; echo $DB_PASSWORD $FANFARE_API_KEY")) {
            assertThat(exec.end()).isZero();
            assertThat(exec.out()).isEqualTo("id=17 hunter2+[x] " + ApiClient.KEY + "\n");
            assertThat(lines(all(instance.port(), "masked"), "stdout")).containsExactly("*** *** ***");
        }
    }

    @Test
    void whatIsNoUtf8AndWhatHasNoLineEndArriveToo() throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = exec(instance.port(), "--id", "odd", "--", "printf", "a\\377b\\n\\303\\251\\n@arg")) {
            assertThat(exec.end()).isZero();
            assertThat(lines(all(instance.port(), "odd"), "stdout")).containsExactly("a\uFFFDb", "é", "@arg");
        }
    }

    @Test
    void standardInputIsTheCommands() throws Exception {
        Path input = Files.writeString(folder.resolve("input"), "one\ntwo\n");
        try (InstanceProcess instance = instance(0)) {
            ProcessBuilder builder = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-jar",
                            System.getProperty("fanfare.jar"),
                            "exec",
                            "--url",
                            "http://127.0.0.1:" + instance.port(),
                            "--id",
                            "input",
                            "--",
                            "cat",
                            "-n")
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out").toFile());
            builder.environment().put("FANFARE_API_KEY", ApiClient.KEY);
            assertThat(builder.start().waitFor()).isZero();
            assertThat(lines(all(instance.port(), "input"), "stdout")).containsExactly("     1\tone", "     2\ttwo");
        }
    }

    @Test
    void aChildThatStaysInTheBackgroundIsNotWaitedFor() throws Exception {
        try (InstanceProcess instance = instance(0);
                JarProcess exec = exec(instance.port(), "--id", "back", "--", "sh", "-c", "sleep 1000 & echo $!")) {
            assertThat(exec.end()).isZero();
            List<String> told = lines(all(instance.port(), "back"), "stdout");
            assertThat(told).hasSize(1);
            ProcessHandle.of(Long.parseLong(told.get(0))).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
