package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.SharedInstance;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fanfare exec} before real commands. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ExecIT {
    @RegisterExtension
    static final SharedInstance INSTANCE = SharedInstance.with(ApiClient.SETTING);

    @TempDir
    private Path folder;

    private static JarProcess exec(String... words) {
        return exec(Map.of(), words);
    }

    private static JarProcess exec(Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(
                Map.of("FANFARE_API_KEY", ApiClient.KEY, "FANFARE_URL", "http://127.0.0.1:" + INSTANCE.port()));
        all.putAll(environment);
        return JarProcess.command(
                all, Stream.concat(Stream.of("exec"), Stream.of(words)).toArray(String[]::new));
    }

    private static ProcessHistory history(String id) {
        return new ProcessHistory(INSTANCE.port(), id);
    }

    @Test
    void aRelayThatStaysAwayIsGivenUpAndTheStatusIsThatOfTheCommand() throws Exception {
        try (JarProcess exec = exec(
                "--url",
                "http://127.0.0.1:" + FreePort.next(),
                "--give-up-after",
                "300ms",
                "--",
                "sh",
                "-c",
                "echo hello; exit 9")) {
            assertThat(exec.end()).isEqualTo(9);
            assertThat(exec.out()).isEqualTo("hello\n");
            assertThat(exec.err())
                    .doesNotContain("watch ")
                    .contains("can't connect; not sent: 1 line and how it ended");
        }
    }

    @Test
    void aKeyThatIsNotLetInIsSaidOnceAndTheCommandGoesOn() throws Exception {
        try (JarProcess exec = exec(Map.of("FANFARE_API_KEY", "another-key"), "--", "echo", "hello")) {
            assertThat(exec.end()).isZero();
            assertThat(exec.out()).isEqualTo("hello\n");
            assertThat(exec.err())
                    .doesNotContain("watch ")
                    .containsOnlyOnce("the output is not streamed: the relay says 401");
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
        try (JarProcess exec = exec("--id", "end" + status, "--", "sh", "-c", script)) {
            assertThat(exec.end()).isEqualTo(status);
            assertThat(history("end" + status).end()).isEqualTo(new JsonObject(told));
            assertThat(exec.err())
                    .isEqualTo("fanfare: watch http://127.0.0.1:" + INSTANCE.port() + "/process/end" + status + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"no-such-command, 127", "/etc/passwd, 126"})
    void aCommandThatCantBeStartedEndsAsInAShell(String command, int status) throws Exception {
        try (JarProcess exec = exec("--id", "end" + status, "--", command)) {
            assertThat(exec.end()).isEqualTo(status);
            assertThat(history("end" + status).end().getString("status")).isEqualTo("failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalIsPassedOnToTheCommandAndWhatItHasStarted(String signal) throws Exception {
        String script = "trap 'echo got it; exit 4' " + signal + "; echo ready; sleep 1000 & wait; wait";
        try (JarProcess exec = exec("--id", signal, "--", "sh", "-c", script)) {
            exec.awaitOut("ready").signal(signal);
            assertThat(exec.end()).isEqualTo(4);
            assertThat(history(signal).lines("stdout")).containsExactly("ready", "got it");
        }
    }

    @Test
    void secretsLeaveNeitherAsPatternsNorAsVariablesButOurOwnOutputHasThem() throws Exception {
        try (JarProcess exec = exec(
                Map.of("DB_PASSWORD", "hunter2+[x]", "DEPLOY_KEY", "-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n"),
                "--id",
                "masked",
                "--mask",
                "id=\\d+",
                "--mask-env",
                "--",
                "sh",
                "-c",
                "printf 'id=1'; printf '7 '; echo $DB_PASSWORD $FANFARE_API_KEY; echo \"$DEPLOY_KEY\"")) {
            assertThat(exec.end()).isZero();
            assertThat(exec.out())
                    .isEqualTo("id=17 hunter2+[x] " + ApiClient.KEY + "\n-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n\n");
            assertThat(history("masked").lines("stdout")).containsExactly("*** *** ***", "***", "***", "");
        }
    }

    @Test
    void whatIsNoUtf8AndWhatHasNoLineEndArriveToo() throws Exception {
        try (JarProcess exec = exec("--id", "odd", "--", "printf", "a\\377b\\n\\303\\251\\n@arg")) {
            assertThat(exec.end()).isZero();
            assertThat(history("odd").lines("stdout")).containsExactly("a\uFFFDb", "é", "@arg");
        }
    }

    @Test
    void standardInputIsTheCommands() throws Exception {
        Path input = Files.writeString(folder.resolve("input"), "one\ntwo\n");
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-jar",
                        System.getProperty("fanfare.jar"),
                        "exec",
                        "--url",
                        "http://127.0.0.1:" + INSTANCE.port(),
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
        assertThat(history("input").lines("stdout")).containsExactly("     1\tone", "     2\ttwo");
    }

    @Test
    void aChildThatStaysInTheBackgroundIsNotWaitedFor() throws Exception {
        try (JarProcess exec = exec("--id", "back", "--", "sh", "-c", "sleep 1000 & echo $!")) {
            assertThat(exec.end()).isZero();
            List<String> told = history("back").lines("stdout");
            assertThat(told).hasSize(1);
            ProcessHandle.of(Long.parseLong(told.get(0))).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
