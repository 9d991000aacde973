package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fanfare exec} before instances that are killed, or not there yet. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ExecFaultsIT {
    private static final int OUTPUT_LINES = 90_900;
    private static final int ERROR_LINES = OUTPUT_LINES / 10;

    /** Prints 99,990 lines, half of them when there is a file. With the two statuses that is less than a history keeps. */
    private static final String SCRIPT = """
            print() {
                awk -v first=$1 -v last=$2 'BEGIN {
                    for (i = first; i <= last; i++) { print i; if (i % 10 == 0) print i / 10 > "/dev/stderr" }
                }'
            }
            print 1 $1
            until [ -e "$3" ]; do sleep 0.05; done
            print $(($1 + 1)) $2
            exit 5
            """;

    @TempDir
    private Path folder;

    private static JarProcess exec(int port, String... words) {
        return JarProcess.command(
                Map.of("FANFARE_API_KEY", ApiClient.KEY, "FANFARE_URL", "http://127.0.0.1:" + port),
                Stream.concat(Stream.of("exec"), Stream.of(words)).toArray(String[]::new));
    }

    private JarProcess execMany(int port) {
        return exec(
                port,
                "--id",
                "many",
                "--quiet",
                "--",
                "sh",
                "-c",
                SCRIPT,
                "sh",
                "" + OUTPUT_LINES / 2,
                "" + OUTPUT_LINES,
                folder.resolve("mark").toString());
    }

    private static InstanceProcess instance(int port, String... settings) {
        return InstanceProcess.start(
                List.of(),
                Stream.concat(Stream.of("server.port=" + port, ApiClient.SETTING), Stream.of(settings))
                        .toArray(String[]::new));
    }

    private static void expectAll(ProcessHistory history) {
        List<JsonObject> messages = history.all();
        assertThat(ProcessHistory.lines(messages, "stdout"))
                .isEqualTo(IntStream.rangeClosed(1, OUTPUT_LINES)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(ProcessHistory.lines(messages, "stderr"))
                .isEqualTo(IntStream.rangeClosed(1, ERROR_LINES)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(messages.get(0).getJsonObject("data")).isEqualTo(new JsonObject().put("status", "running"));
        assertThat(messages.get(messages.size() - 1).getJsonObject("data"))
                .isEqualTo(new JsonObject().put("status", "exited").put("exitCode", 5));
        assertThat(messages).hasSize(OUTPUT_LINES + ERROR_LINES + 2);
    }

    private static void awaitLines(ProcessHistory history) {
        Eventually.holds(() -> assertThat(history.size()).isGreaterThan(5_000));
    }

    @Test
    void nothingIsLostOrDoubledWhenTheInstanceIsKilledAndRedisHasTheHistory() throws Exception {
        int port = FreePort.next();
        try (RedisServer redis = RedisServer.start();
                InstanceProcess other = instance(0, "cluster.redis=" + redis.url())) {
            InstanceProcess killed = instance(port, "cluster.redis=" + redis.url());
            try (JarProcess exec = execMany(port)) {
                awaitLines(new ProcessHistory(other.port(), "many"));
                killed.kill();
                Files.createFile(folder.resolve("mark"));
                try (InstanceProcess again = instance(port, "cluster.redis=" + redis.url())) {
                    assertThat(exec.end()).isEqualTo(5);
                    assertThat(again.isAlive()).isTrue();
                }
                assertThat(exec.err()).contains("the output is kept until it can be sent");
            }
            expectAll(new ProcessHistory(other.port(), "many"));
        }
    }

    @Test
    void theHistoryIsWholeAgainWhenAnInstanceOnItsOwnIsKilledThatKeptItInMemory() throws Exception {
        int port = FreePort.next();
        InstanceProcess killed = instance(port);
        try (JarProcess exec = execMany(port)) {
            awaitLines(new ProcessHistory(port, "many"));
            killed.kill();
            Files.createFile(folder.resolve("mark"));
            try (InstanceProcess again = instance(port)) {
                assertThat(exec.end()).isEqualTo(5);
                expectAll(new ProcessHistory(again.port(), "many"));
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
                assertThat(new ProcessHistory(instance.port(), "early").lines("stdout"))
                        .containsExactly("hello");
            }
        }
    }
}
