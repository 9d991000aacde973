package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.ApiDocument;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the HTTP API takes and answers, held against the OpenAPI document that it serves. */
class ApiDocumentTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            ApiClient.SETTING, "server.max-message-size=1KiB", """
            channels=[{"match": "kept", "history-size": 10, "presence": true},
              {"match": "shut", "subscribe": "nobody", "publish": "nobody"},
              {"match": "process:shut", "publish": "nobody"},
              {"match": "process:*", "history-size": 10}]""", "broadcast.publish=claim:publisher");

    @RegisterExtension
    static final SharedInstance MUTE = SharedInstance.with(ApiClient.SETTING, "broadcast.publish=nobody");

    @RegisterExtension
    static final SharedInstance KEYLESS = SharedInstance.with();

    private static final String BIG = "\"" + "x".repeat(1024) + "\"";
    private static final String HUGE = " ".repeat((1 << 20) + 1);
    private static final String KEY = "Idempotency-Key: k\r\n";
    private static final String SESSION = "AbCdEfGhIjKlMnOpQr_-09";

    /** What no request here brings about: see {@link ApiFaultsTest}, and {@code HttpApiClusterTest} for 503. */
    private static final Set<Integer> NOT_HERE = Set.of(429, 500, 503);

    @SuppressWarnings("NullAway.Init") // read before all tests
    private static ApiDocument document;

    /**
     * A request, and how it is answered.
     *
     * @param headers beside the usual ones, each with its line end
     * @param known whether the document would take its body
     */
    record Exchange(int status, String method, String path, String headers, String body, boolean known) {}

    @BeforeAll
    static void read() {
        document = ApiDocument.of(SERVER.instance());
    }

    private static Exchange get(int status, String path) {
        return new Exchange(status, "GET", path, "", "", true);
    }

    private static Exchange post(int status, String path, String body) {
        return new Exchange(status, "POST", path, "", body, true);
    }

    private static Exchange keyed(int status, String path, String body) {
        return new Exchange(status, "POST", path, KEY, body, true);
    }

    private static Exchange wrong(String path, String body) {
        return new Exchange(400, "POST", path, "", body, false);
    }

    static Stream<Exchange> exchanges() {
        return Stream.of(
                        publishing(),
                        processes(),
                        reading(),
                        operating(),
                        Stream.of(
                                        "/publish",
                                        "/publish/batch",
                                        "/broadcast",
                                        "/processes/1/output",
                                        "/processes/1/status")
                                .map(path -> wrong(path, "{}")))
                .flatMap(each -> each);
    }

    private static Stream<Exchange> publishing() {
        return Stream.of(
                post(200, "/publish", "{\"channel\":\"plain\",\"data\":null}"),
                post(200, "/publish", "{\"channel\":\"kept\",\"data\":{\"ü\":[1]},\"key\":\"a\"}"),
                keyed(200, "/publish", "{\"channel\":\"kept\",\"data\":1}"),
                keyed(400, "/publish", "{\"channel\":\"plain\",\"data\":1}"),
                keyed(400, "/publish", "{\"channel\":\"kept\",\"data\":1,\"key\":\"a\"}"),
                wrong("/publish", "{\"channel\":\"no channel\",\"data\":1}"),
                wrong("/publish", "{\"channel\":\"kept\"}"),
                wrong("/publish", "{\"channel\":\"kept\",\"data\":1,\"x\":1}"),
                wrong("/publish", "{\"channel\":\"kept\",\"data\":1,\"key\":\"\"}"),
                post(403, "/publish", "{\"channel\":\"shut\",\"data\":1}"),
                post(413, "/publish", "{\"channel\":\"kept\",\"data\":" + BIG + "}"),
                keyed(
                        200,
                        "/publish/batch",
                        "{\"messages\":[{\"channel\":\"kept\",\"data\":1},{\"channel\":\"plain\",\"data\":2},"
                                + "{\"channel\":\"shut\",\"data\":3}]}"),
                post(
                        200,
                        "/publish/batch",
                        "{\"messages\":[{\"channel\":\"kept\",\"data\":" + BIG
                                + "},{\"channel\":\"plain\",\"data\":2}]}"),
                wrong("/publish/batch", "{\"messages\":[]}"),
                post(413, "/publish/batch", "{\"messages\":[{\"channel\":\"kept\",\"data\":1}]}" + HUGE),
                post(200, "/broadcast", "{\"data\":\"all\"}"),
                keyed(400, "/broadcast", "{\"data\":\"all\"}"),
                post(413, "/broadcast", "{\"data\":" + BIG + "}"));
    }

    private static Stream<Exchange> processes() {
        return Stream.of(
                post(200, "/processes/1/output", "{\"lines\":[{\"data\":\"a\"}]}"),
                keyed(
                        200,
                        "/processes/1/output",
                        "{\"lines\":[{\"data\":\"a\",\"stream\":\"stderr\"},{\"data\":\"b\"}]}"),
                wrong("/processes/1/output", "{\"lines\":[{\"data\":1}]}"),
                wrong("/processes/1/output", "{\"lines\":[{\"data\":\"a\\n\"}]}"),
                wrong("/processes/1/output", "{\"lines\":[{\"data\":\"a\",\"stream\":\"stdin\"}]}"),
                post(400, "/processes/a:b/output", "{\"lines\":[{\"data\":\"a\"}]}"),
                post(403, "/processes/shut/output", "{\"lines\":[{\"data\":\"a\"}]}"),
                post(413, "/processes/1/output", "{\"lines\":[{\"data\":" + BIG + "}]}"),
                post(200, "/processes/1/status", "{\"status\":\"running\"}"),
                keyed(200, "/processes/1/status", "{\"status\":\"exited\",\"exitCode\":1}"),
                post(200, "/processes/1/status", "{\"status\":\"killed\",\"signal\":\"TERM\",\"exitCode\":143}"),
                post(200, "/processes/1/status", "{\"status\":\"failed\",\"reason\":\"no such file\"}"),
                wrong("/processes/1/status", "{\"status\":\"exited\"}"),
                wrong("/processes/1/status", "{\"status\":\"running\",\"exitCode\":1}"),
                wrong("/processes/1/status", "{\"status\":\"gone\"}"),
                post(403, "/processes/shut/status", "{\"status\":\"running\"}"),
                post(413, "/processes/1/status", "{\"status\":\"running\"}" + HUGE));
    }

    private static Stream<Exchange> reading() {
        return Stream.of(
                get(200, "/channels"),
                get(200, "/channels?prefix=a:&after=a:b&limit=7"),
                get(400, "/channels?prefix=%20"),
                get(400, "/channels?limit=1001"),
                get(200, "/channels/kept/history"),
                get(200, "/channels/kept/history?limit=1&reverse=true"),
                get(200, "/channels/process%3A1/history"),
                get(400, "/channels/plain/history"),
                get(400, "/channels/kept/history?since=1"),
                get(403, "/channels/shut/history"),
                get(410, "/channels/kept/history?since=other:1"),
                get(200, "/channels/kept/presence"),
                get(200, "/channels/kept/presence?count=true"),
                get(400, "/channels/plain/presence"),
                get(400, "/channels/kept/presence?count=1"),
                get(403, "/channels/shut/presence"),
                get(200, "/sessions"),
                get(200, "/sessions?user=ada&after=" + SESSION + "&limit=1"),
                get(400, "/sessions?after=%20"),
                get(400, "/sessions?user=%0A"),
                get(200, "/cluster"));
    }

    private static Stream<Exchange> operating() {
        return Stream.of(
                post(200, "/disconnect", "{\"user\":\"ada\"}"),
                post(200, "/disconnect", "{\"session\":\"" + SESSION + "\"}"),
                wrong("/disconnect", "{\"user\":\"ada\",\"session\":\"" + SESSION + "\"}"),
                wrong("/disconnect", "{\"session\":\"ada\"}"),
                post(413, "/disconnect", "{\"user\":\"ada\"}" + HUGE),
                post(200, "/unsubscribe", "{\"channel\":\"a\",\"user\":\"ada\"}"),
                wrong("/unsubscribe", "{\"channel\":\"a\"}"),
                wrong("/unsubscribe", "{\"user\":\"ada\"}"),
                post(413, "/unsubscribe", "{\"channel\":\"a\",\"user\":\"ada\"}" + HUGE));
    }

    /** @param without a header that is left out */
    static Response send(int port, Exchange exchange, String without) {
        String request = ApiClient.request(port, exchange.method(), "/api/v1" + exchange.path(), exchange.body())
                .replaceFirst("Authorization", exchange.headers() + "Authorization");
        try (HttpPeer peer = HttpPeer.to(port)) {
            return peer.send(request.replaceFirst(without + ": [^\r]*\r\n", "")).response();
        }
    }

    private static String check(Exchange exchange, Response answer, int status) {
        return check(document, exchange, answer, status);
    }

    /** Returns the operation with the status. */
    static String check(ApiDocument document, Exchange exchange, Response answer, int status) {
        Operation operation = document.operation(exchange.method(), "/api/v1" + exchange.path());
        assertThat(answer.status()).as(exchange.path() + ' ' + answer.body()).isEqualTo(status);
        document.check(operation, answer);
        return operation.getOperationId() + ' ' + status;
    }

    @Test
    void everyAnswerOfEveryOperationIsDescribed() {
        Set<String> seen = new TreeSet<>();
        exchanges().forEach(exchange -> {
            seen.add(check(exchange, send(SERVER.port(), exchange, "X-None"), exchange.status()));
            seen.add(check(exchange, send(SERVER.port(), exchange, "Authorization"), 401));
            seen.add(check(exchange, send(KEYLESS.port(), exchange, "X-None"), 403));
            if (exchange.method().equals("POST")) {
                seen.add(check(exchange, send(SERVER.port(), exchange, "Content-Type"), 415));
            }
        });
        seen.add(check(
                post(403, "/broadcast", ""),
                send(MUTE.port(), post(403, "/broadcast", "{\"data\":1}"), "X-None"),
                403));
        seen.addAll(Set.of("presence 413", "document 200", "document 304"));
        assertThat(described(document, status -> !NOT_HERE.contains(status))).isEqualTo(seen);
    }

    /** Operations with those of their answers. */
    static Set<String> described(ApiDocument document, IntPredicate statuses) {
        Set<String> described = new TreeSet<>();
        document.text().getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).forEach(method -> {
            JsonObject operation = (JsonObject) method.getValue();
            operation.getJsonObject("responses").fieldNames().stream()
                    .filter(status -> statuses.test(Integer.parseInt(status)))
                    .forEach(status -> described.add(operation.getString("operationId") + ' ' + status));
        }));
        return described;
    }

    @Test
    void bodiesAreDescribedJustAsTheyAreTaken() {
        exchanges().filter(exchange -> !exchange.body().isEmpty()).forEach(exchange -> {
            Operation operation = document.operation(exchange.method(), "/api/v1" + exchange.path());
            assertThat(document.takes(operation, exchange.body().strip()))
                    .as(exchange.path() + ' ' + exchange.body().strip())
                    .isEqualTo(exchange.known());
        });
    }

    @Test
    void itsExamplesAreWhatItDescribes() {
        document.text().getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).forEach(method -> {
            Operation operation =
                    document.operation(method.getKey().toUpperCase(Locale.ROOT), "/api/v1" + path.getKey());
            JsonObject described = (JsonObject) method.getValue();
            JsonObject body = described.getJsonObject("requestBody");
            if (body != null) {
                assertThat(document.takes(operation, example(body, "application/json")))
                        .as(path.getKey())
                        .isTrue();
            }
            if (operation.getRequestBody() != null || !operation.getParameters().isEmpty()) {
                String answer = example(described.getJsonObject("responses").getJsonObject("200"), "application/json");
                document.check(operation, 200, answer);
            }
        }));
    }

    private static String example(JsonObject content, String type) {
        return content.getJsonObject("content")
                .getJsonObject(type)
                .getJsonObject("example")
                .encode();
    }

    @Test
    void itDescribesWhatTheRouterHasAndNothingElse() {
        Configuration configuration = Configuration.load(null, Map.of());
        Vertx vertx = Vertx.vertx();
        try {
            Api api = new LoopFixture().api(vertx, configuration);
            Set<String> routes = api.routes(vertx).getRoutes().stream()
                    .filter(route -> route.getPath() != null && route.methods() != null)
                    .flatMap(ApiDocumentTest::addresses)
                    .collect(Collectors.toSet());
            assertThat(document.operations().stream()
                            .map(operation -> operation.getHttpMethod() + " " + operation.getOpenAPIPath()))
                    .containsExactlyInAnyOrderElementsOf(routes);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** HEAD stands beside every GET. */
    private static Stream<String> addresses(Route route) {
        List<String> methods = route.methods().stream()
                .map(Object::toString)
                .filter(method -> !method.equals("HEAD"))
                .toList();
        return methods.stream().map(method -> method + " " + route.getPath().replaceAll(":(\\w+)", "{$1}"));
    }
}
