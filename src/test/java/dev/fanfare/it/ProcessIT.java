package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.WebSocketPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a process: what it says, and how it ends. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ProcessIT {
    private static final Pattern LISTENING = Pattern.compile("listening url=\"?wss?://[^ ]*:(\\d+)");
    private static final String FREE_PORTS =
            "server: {host: 127.0.0.1, port: 0}\nmetrics: {host: 127.0.0.1, port: 0}\n";

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                Objects.requireNonNull(System.getProperty("fanfare.jar"))));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process start(String yaml) throws IOException {
        return start(Map.of(), "serve", "--config-file", file(yaml));
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("fanfare.yaml"), yaml).toString();
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private int port() {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> LISTENING.matcher(read("out")).results().findFirst(), java.util.Optional::isPresent)
                .map(match -> Integer.parseInt(match.group(1)))
                .orElseThrow();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended in time").isTrue();
        return process.exitValue();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalSendsTheClientsAwayAndEndsWithZero(String signal) throws Exception {
        Process process = start(FREE_PORTS);
        WebSocketPeer peer = WebSocketPeer.connect(port(), "/");
        peer.sendText("hello").expectText("hello");
        signal(process, signal);
        assertThat(peer.expectClose(1001).closeReason()).startsWith("retry after ");
        peer.close();
        assertThat(end(process)).isZero();
        assertThat(read("out")).contains("stopping").contains("stopped");
        assertThat(read("err")).isEmpty();
    }

    @Test
    void aStoppingInstanceUnderLoadEndsWithZero() throws Exception {
        Process process = start(FREE_PORTS);
        int port = port();
        WebSocketPeer reader = WebSocketPeer.connect(port, "/");
        WebSocketPeer publisher = WebSocketPeer.connect(port, "/");
        Thread load = new Thread(() -> {
            while (publisher.trySend(Frame.text("load"))) {
                // until the server has gone
            }
        });
        load.start();
        reader.expectText("load");
        signal(process, "TERM");
        Frame frame = reader.frame();
        while (frame.opcode() == Frame.TEXT) {
            frame = reader.frame();
        }
        assertThat(frame.closeCode()).isEqualTo(1001);
        reader.close();
        publisher.vanish();
        load.join(20_000);
        assertThat(end(process)).isZero();
    }

    @Test
    void aSecondSignalEndsAtOnce() throws Exception {
        Process process = start(FREE_PORTS + "shutdown: {grace: 5m}\n");
        port();
        signal(process, "TERM");
        await().atMost(Duration.ofSeconds(20)).until(() -> read("out").contains("stopping"));
        signal(process, "TERM");
        assertThat(end(process)).isEqualTo(143);
    }

    @Test
    void aPortInUseIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start("server: {host: 127.0.0.1, port: " + taken.getLocalPort()
                    + "}\nmetrics: {host: 127.0.0.1, port: 0}\n");
            assertThat(end(process)).isEqualTo(1);
            assertThat(read("err"))
                    .matches("fanfare: can't listen on 127.0.0.1:" + taken.getLocalPort() + ": .*in use\\R");
        }
    }

    @Test
    void aMissingFileIsSaidInOneLine() throws Exception {
        assertThat(end(start(Map.of(), "--config-file", "/does/not/exist.yaml")))
                .isEqualTo(1);
        assertThat(read("err")).matches("fanfare: /does/not/exist.yaml: can't be read: there is no such file\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server: {port: 70000}", "server:\n  prot: 1", "server: [", "session: {ping-interval: 10}"})
    void aWrongConfigurationIsSaidInOneLine(String yaml) throws Exception {
        assertThat(end(start(yaml))).isEqualTo(2);
        assertThat(read("err")).matches("fanfare: .*fanfare.yaml:\\d+: .*\\R");
        assertThat(read("out")).isEmpty();
    }

    @Test
    void aWrongVariableAndAWrongOptionAreSaidInOneLine() throws Exception {
        assertThat(end(start(Map.of("FANFARE_SERVER_PORT", "many"), "serve"))).isEqualTo(2);
        assertThat(read("err"))
                .matches("fanfare: environment FANFARE_SERVER_PORT: server.port: 'many' is not a whole number\\R");
        assertThat(end(start(Map.of(), "serve", "--bogus"))).isEqualTo(2);
        assertThat(read("err")).matches("fanfare: Unknown option: '--bogus'.*\\R");
    }

    @Test
    void theEnvironmentOverridesTheFileAndUnknownVariablesAreWarnedOf() throws Exception {
        Process process = start(
                Map.of("FANFARE_LOG_FORMAT", "json", "FANFARE_SERVER_PROT", "1"),
                "serve",
                "--config-file",
                file(FREE_PORTS + "log: {format: text}\n"));
        await().atMost(Duration.ofSeconds(30)).until(() -> read("out").contains("\"listening\""));
        assertThat(read("out").lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(read("out")).contains("FANFARE_SERVER_PROT");
        signal(process, "TERM");
        assertThat(end(process)).isZero();
    }

    @Test
    void helpAndVersionAreThere() throws Exception {
        assertThat(end(start(Map.of(), "--version"))).isZero();
        Matcher version = Pattern.compile("fanfare \\d+\\.\\d+\\.\\d+\\R").matcher(read("out"));
        assertThat(version.matches()).isTrue();
        assertThat(end(start(Map.of(), "--help"))).isZero();
        assertThat(read("out")).contains("serve").contains("bench").contains("--config-file");
    }
}
