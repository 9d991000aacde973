package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.LocalProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of {@code curl} in the documentation, each address of the HTTP API, and event streams. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and start the server
class CurlIT {
    private static final String RULES = """
            channels=[
              {"match": "process:*", "history-size": 100},
              {"match": "news*", "history-size": 100, "presence": true}
            ]""";

    /** A command, with the lines that it goes on in, and the object that it is said to print. */
    private static final Pattern COMMAND =
            Pattern.compile("^    (?:\\$ )?(curl (?:.*\\\\\\n)*.*)\\n(?:    (\\{.*}))?", Pattern.MULTILINE);

    private static final Pattern ADDRESS = Pattern.compile("^\\| `(GET|POST) (/[^`]*)` \\|", Pattern.MULTILINE);

    private static final Map<String, String> BODIES = Map.of(
            "/publish", "{\"channel\":\"news\",\"data\":1}",
            "/publish/batch", "{\"messages\":[{\"channel\":\"news\",\"data\":1}]}",
            "/broadcast", "{\"data\":1}",
            "/processes/{id}/output", "{\"lines\":[{\"data\":\"compiling\"}]}",
            "/processes/{id}/status", "{\"status\":\"running\"}",
            "/unsubscribe", "{\"channel\":\"news\",\"user\":\"ada\"}",
            "/disconnect", "{\"user\":\"ada\"}");

    private static Instance server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = Instance.start(ApiClient.SETTING, RULES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    /** What a command prints; it has to end with 0, which with this option it does where the status is a good one. */
    private String run(String command) {
        String written = command.replaceFirst("^curl", "curl -sS --fail-with-body --max-time 60")
                .replace("…/", "http://localhost:8443/")
                .replace("…", "-H \"Authorization: Bearer $KEY\"")
                .replace("localhost:8443", "localhost:" + server.port());
        try (LocalProcess shell =
                LocalProcess.start(folder, "sh", "-c", "KEY='" + ApiClient.KEY + "'; unset http_proxy; " + written)) {
            int status = shell.end();
            assertThat(status).as("%s%n%s", written, shell.output()).isZero();
            return shell.output();
        } finally {
            assertThat(folder.resolve("log").toFile().delete()).isTrue();
        }
    }

    @TestFactory
    Stream<DynamicTest> whatTheDocumentationSaysToTypeWorks() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String page : List.of(
                "README.md",
                "src/site/markdown/api.md",
                "src/site/markdown/operations.md",
                "src/site/markdown/process.md",
                "src/site/markdown/protocol.md")) {
            List<MatchResult> commands = COMMAND.matcher(read(page)).results().toList();
            assertThat(commands).as(page).isNotEmpty();
            for (MatchResult command : commands) {
                tests.add(DynamicTest.dynamicTest(page + ": " + command.group(1), () -> check(command)));
            }
        }
        return tests.stream();
    }

    private void check(MatchResult command) {
        JsonObject printed = new JsonObject(run(command.group(1)));
        if (command.group(2) != null) {
            JsonObject documented = new JsonObject(command.group(2));
            assertThat(printed.fieldNames()).containsAll(documented.fieldNames());
        }
    }

    static Stream<String> addresses() throws IOException {
        return ADDRESS.matcher(read("src/site/markdown/api.md"))
                .results()
                .map(address -> address.group(1) + " " + address.group(2));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void eachAddressOfTheApiAnswers(String address) {
        String path = address.substring(address.indexOf(' ') + 1);
        String body =
                address.startsWith("POST") ? "--json '" + Objects.requireNonNull(BODIES.get(path), address) + "' " : "";
        String url = "…/api/v1" + path.replace("{id}", "build").replace("{channel}", "news");
        assertThat(new JsonObject(run("curl … " + body + url))).isNotEmpty();
        assertThat(run("curl --no-fail-with-body -o /dev/null -w '%{http_code} %{content_type}' " + body + url))
                .isEqualTo("401 application/problem+json");
    }

    @Test
    void aStreamGoesOnWhereItWasUntilTheServerEndsIt() throws Exception {
        try (Instance own = Instance.start(ApiClient.SETTING, RULES)) {
            String url = "http://localhost:" + own.port() + "/sse?channel=news";
            String id;
            try (LocalProcess curl = stream("first", url)) {
                curl.await("the opening", () -> curl.output().contains("\"type\":\"open\""));
                publish(own, 1);
                curl.await("a message", () -> curl.output().contains("\"data\":1,"));
                id = last(curl.output());
            }
            publish(own, 2);
            try (LocalProcess curl = stream("second", "-H", "Last-Event-ID: " + id, url)) {
                curl.await("what was missed", () -> curl.output().contains("\"data\":2,"));
                publish(own, 3);
                curl.await("what is new", () -> curl.output().contains("\"data\":3,"));
                assertThat(curl.output()).contains("\"recovered\":true").doesNotContain("\"data\":1,");
                assertThat(last(curl.output())).isEqualTo(id.replaceFirst(":1$", ":3"));
                own.stop().toCompletionStage().toCompletableFuture().get();
                assertThat(curl.end()).isZero();
                assertThat(curl.output()).contains("\"type\":\"close\",\"code\":1001");
            }
        }
    }

    private LocalProcess stream(String name, String... arguments) throws IOException {
        return LocalProcess.start(
                Files.createDirectory(folder.resolve(name)),
                "curl",
                Stream.concat(Stream.of("-sSN"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void publish(Instance server, int data) {
        String body = "{\"channel\":\"news\",\"data\":" + data + "}";
        assertThat(ApiClient.post(server.port(), "/api/v1/publish", body).status())
                .isEqualTo(200);
    }

    private static String last(String stream) {
        return stream.substring(stream.lastIndexOf("id: ") + 4)
                .lines()
                .findFirst()
                .orElseThrow();
    }
}
