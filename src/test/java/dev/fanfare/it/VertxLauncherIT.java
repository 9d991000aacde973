package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Vert.x way of launching: what is right runs, what is wrong is said in one line and never passes for success. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class VertxLauncherIT {
    private static final String VERTICLE = "dev.fanfare.MainVerticle";
    private static final String YAML = "server:\n  host: 127.0.0.1\n  port: 0\nmetrics: {host: 127.0.0.1, port: 0}\n";
    private static final String JSON =
            "{\"server\":{\"host\":\"127.0.0.1\",\"port\":0},\"metrics\":{\"host\":\"127.0.0.1\",\"port\":0}}";

    @TempDir
    private Path folder;

    private static JarProcess vertx(String... arguments) {
        return JarProcess.java(
                Map.of(),
                Stream.concat(Stream.of("-cp", "$jar", "dev.fanfare.cli.VertxLauncher"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static void assertRelays(JarProcess process) {
        try (WebSocketPeer peer = WebSocketPeer.connect(process.port(), "/")) {
            peer.sendText("hello").expectText("hello");
        }
    }

    @Test
    void aYamlFileConfigures() throws Exception {
        try (JarProcess process = vertx("run", VERTICLE, "-conf", file("c.yaml", YAML))) {
            assertRelays(process);
            await().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(
                            Exposition.scrape(process.metricsPort()).text())
                    .contains("fanfare_connections_total{protocol=\"raw\"} 1.0", "jvm_memory_used_bytes", "vertx_")
                    .doesNotContain("vertx_http_server"));
        }
    }

    @ParameterizedTest
    @CsvSource({"-conf,''", "--conf,''", "-conf=,=", "--conf=,="})
    void aJsonFileConfiguresHoweverTheOptionIsSpelled(String option, String equals) throws Exception {
        String file = file("c.json", JSON);
        try (JarProcess process =
                equals.isEmpty() ? vertx("run", VERTICLE, option, file) : vertx("run", VERTICLE, option + file)) {
            assertRelays(process);
        }
    }

    @Test
    void jsonItselfConfigures() {
        try (JarProcess process = vertx("run", VERTICLE, "-conf", JSON)) {
            assertRelays(process);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSignalSendsTheClientsAwayAndEndsAsVertxDoes(String signal, int status) throws Exception {
        try (JarProcess process = vertx("run", VERTICLE, "-conf", file("c.yaml", YAML))) {
            WebSocketPeer peer = WebSocketPeer.connect(process.port(), "/");
            process.signal(signal);
            assertThat(peer.expectClose(1001).closeReason()).startsWith("retry after ");
            peer.close();
            assertThat(process.end()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "start"})
    void aFileThatCannotBeReadIsSaid(String command) throws Exception {
        assertEnds(
                vertx(command, VERTICLE, "-conf", "/does/not/exist.yaml"),
                1,
                "/does/not/exist.yaml: can't be read: .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "start"})
    void aWrongConfigurationIsSaidWithItsLine(String command) throws Exception {
        String file = file("c.yaml", "server:\n  host: 127.0.0.1\n  prot: 1\n");
        assertEnds(vertx(command, VERTICLE, "-conf", file), 2, ".*c.yaml:3: server.prot: unknown key");
    }

    @Test
    void wrongJsonIsSaid() throws Exception {
        assertEnds(vertx("run", VERTICLE, "-conf", "{\"server\":"), 2, "-conf:1: no valid YAML: .*");
        assertEnds(vertx("run", VERTICLE, "-conf"), 2, "-conf needs a value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-instances=2", "--instances=0"})
    void moreThanOneInstanceIsRefusedWithTheReason(String option) throws Exception {
        assertEnds(vertx("run", VERTICLE, option), 2, "-instances \\d: .*server.event-loops.*");
        assertEnds(vertx("start", VERTICLE, option), 2, "-instances \\d: .*server.event-loops.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-cluster", "-ha"})
    void aClusterOfVertxIsRefusedWithTheReason(String option) throws Exception {
        assertEnds(vertx("run", VERTICLE, option), 2, ".*event bus is local");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--redeploy=**/*.class", "-launcher-class=other.Launcher"})
    void whatHasALauncherOfItsOwnIsRefused(String option) throws Exception {
        assertEnds(vertx("run", VERTICLE, option), 2, "there is no option .*");
    }

    @Test
    void theValueOfAnOptionIsNoOption() throws Exception {
        assertEnds(
                vertx("start", VERTICLE, "--java-opts", "-Xmx64m", "-conf", "/none.yaml"),
                1,
                "/none.yaml: can't be read: .*");
    }

    @Test
    void whatVertxWouldPassOverIsSaid() throws Exception {
        assertEnds(vertx("run", VERTICLE, "--bogus"), 2, "there is no option '--bogus'.*");
        assertEnds(vertx("rnu", VERTICLE), 2, "there is no command 'rnu'.*");
        assertEnds(vertx("run"), 2, "run: .*main-verticle.*");
    }

    @Test
    void aFailedStartIsNoSuccess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String file = file("c.yaml", YAML.replaceFirst("port: 0", "port: " + taken.getLocalPort()));
            try (JarProcess process = vertx("run", VERTICLE, "-conf", file)) {
                assertThat(process.end()).isEqualTo(1);
                assertThat(process.err()).matches("fanfare: can't listen on 127.0.0.1:\\d+: .*in use\\R");
                assertThat(process.out()).doesNotContain("Exception");
            }
        }
        assertEnds(vertx("run", "dev.fanfare.Nothing"), 1, "dev.fanfare.Nothing: there is no such verticle");
    }

    @Test
    void whatWasStartedIsListedAndStopped() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String file = file("c.yaml", YAML.replaceFirst("port: 0", "port: " + port));
        String id = "launcher-test-" + ProcessHandle.current().pid();
        assertThat(endOf(vertx("start", VERTICLE, "-conf", file, "-id", id))).contains(id);
        try {
            await().atMost(JarProcess.PATIENCE).ignoreExceptions().untilAsserted(() -> {
                try (WebSocketPeer peer = WebSocketPeer.connect(port, "/")) {
                    peer.sendText("hello").expectText("hello");
                }
            });
            assertThat(endOf(vertx("list"))).contains(id + "\t" + VERTICLE);
        } finally {
            assertThat(endOf(vertx("stop", id))).contains("terminated");
        }
        await().atMost(JarProcess.PATIENCE).until(() -> !endOf(vertx("list")).contains(id));
    }

    private static String endOf(JarProcess process) throws Exception {
        try (process) {
            assertThat(process.end()).isZero();
            return process.out();
        }
    }

    private static void assertEnds(JarProcess process, int status, String line) throws Exception {
        try (process) {
            assertThat(process.end()).isEqualTo(status);
            assertThat(process.err()).matches("fanfare: " + line + "\\R");
            assertThat(List.of(process.out())).allMatch(out -> !out.contains("Exception"));
        }
    }
}
