package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a process: what it says, and how it ends. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ProcessIT {
    private static final String FREE_PORTS =
            "server: {host: 127.0.0.1, port: 0}\nmetrics: {host: 127.0.0.1, port: 0}\n";

    @TempDir
    private Path folder;

    private static JarProcess jar(String... arguments) {
        return jar(Map.of(), arguments);
    }

    private static JarProcess jar(Map<String, String> environment, String... arguments) {
        return JarProcess.java(
                environment,
                Stream.concat(Stream.of("-jar", "$jar"), Stream.of(arguments)).toArray(String[]::new));
    }

    private JarProcess serve(String yaml) throws IOException {
        return jar("serve", "--config-file", file(yaml));
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("fanfare.yaml"), yaml).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalSendsTheClientsAwayAndEndsWithZero(String signal) throws Exception {
        try (JarProcess process = serve(FREE_PORTS)) {
            WebSocketPeer peer = WebSocketPeer.connect(process.port(), "/");
            peer.sendText("hello").expectText("hello");
            process.signal(signal);
            assertThat(peer.expectClose(1001).closeReason()).startsWith("retry after ");
            peer.close();
            assertThat(process.end()).isZero();
            assertThat(process.out()).contains("stopping").contains("stopped");
            assertThat(process.err()).isEmpty();
        }
    }

    @Test
    void aStoppingInstanceUnderLoadEndsWithZero() throws Exception {
        // However far the reader falls behind the load, it is to see the end of it.
        try (JarProcess process = serve(FREE_PORTS + "session: {send-limit: 1GiB}\n")) {
            WebSocketPeer reader = WebSocketPeer.connect(process.port(), "/");
            WebSocketPeer publisher = WebSocketPeer.connect(process.port(), "/");
            Thread load = new Thread(() -> {
                while (publisher.trySend(Frame.text("load"))) {
                    // until the server has gone
                }
            });
            load.start();
            reader.expectText("load");
            process.signal("TERM");
            Frame frame = reader.frame();
            while (frame.opcode() == Frame.TEXT) {
                frame = reader.frame();
            }
            assertThat(frame.closeCode()).isEqualTo(1001);
            reader.close();
            publisher.vanish();
            load.join(Wire.PATIENCE.toMillis());
            assertThat(process.end()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsAtOnce() throws Exception {
        try (JarProcess process = serve(FREE_PORTS + "shutdown: {grace: 5m}\n")) {
            process.port();
            process.signal("TERM").awaitOut("stopping").signal("TERM");
            assertThat(process.end()).isEqualTo(143);
        }
    }

    @Test
    void aPortInUseIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JarProcess process = serve("server: {host: 127.0.0.1, port: " + taken.getLocalPort()
                        + "}\nmetrics: {host: 127.0.0.1, port: 0}\n")) {
            assertThat(process.end()).isEqualTo(1);
            assertThat(process.err())
                    .matches("fanfare: can't listen on 127.0.0.1:" + taken.getLocalPort() + ": .*in use\\R");
        }
    }

    @Test
    void aMissingFileIsSaidInOneLine() throws Exception {
        try (JarProcess process = jar("--config-file", "/does/not/exist.yaml")) {
            assertThat(process.end()).isEqualTo(1);
            assertThat(process.err()).matches("fanfare: /does/not/exist.yaml: can't be read: there is no such file\\R");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server: {port: 70000}", "server:\n  prot: 1", "server: [", "session: {ping-interval: 10}"})
    void aWrongConfigurationIsSaidInOneLine(String yaml) throws Exception {
        try (JarProcess process = serve(yaml)) {
            assertThat(process.end()).isEqualTo(2);
            assertThat(process.err()).matches("fanfare: .*fanfare.yaml:\\d+: .*\\R");
            assertThat(process.out()).isEmpty();
        }
    }

    @Test
    void aWrongVariableIsSaidInOneLine() throws Exception {
        try (JarProcess process = jar(Map.of("FANFARE_SERVER_PORT", "many"), "serve")) {
            assertThat(process.end()).isEqualTo(2);
            assertThat(process.err())
                    .matches("fanfare: environment FANFARE_SERVER_PORT: server.port: 'many' is not a whole number\\R");
        }
    }

    @Test
    void aWrongOptionIsSaidInOneLine() throws Exception {
        try (JarProcess process = jar("serve", "--bogus")) {
            assertThat(process.end()).isEqualTo(2);
            assertThat(process.err()).matches("fanfare: Unknown option: '--bogus'.*\\R");
        }
    }

    @Test
    void theEnvironmentOverridesTheFileAndUnknownVariablesAreWarnedOf() throws Exception {
        try (JarProcess process = jar(
                Map.of("FANFARE_LOG_FORMAT", "json", "FANFARE_SERVER_PROT", "1"),
                "serve",
                "--config-file",
                file(FREE_PORTS + "log: {format: text}\n"))) {
            process.awaitOut("\"listening\"");
            assertThat(process.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
            assertThat(process.out()).contains("FANFARE_SERVER_PROT");
            process.signal("TERM");
            assertThat(process.end()).isZero();
        }
    }

    @Test
    void helpAndVersionAreThere() throws Exception {
        try (JarProcess version = jar("--version");
                JarProcess help = jar("--help")) {
            assertThat(version.end()).isZero();
            assertThat(version.out()).matches("fanfare \\d+\\.\\d+\\.\\d+\\R");
            assertThat(help.end()).isZero();
            for (String word : List.of("serve", "bench", "--config-file")) {
                assertThat(help.out()).contains(word);
            }
        }
    }
}
