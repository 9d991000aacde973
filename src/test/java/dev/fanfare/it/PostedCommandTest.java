package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Users;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command of the JSON protocol by a request of its own. */
class PostedCommandTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            Users.BELIEVED,
            """
            channels=[
              {"match": "kept:*", "history-size": 100},
              {"match": "room:*", "presence": true},
              {"match": "staff:*", "publish": "authenticated"},
              {"match": "secret:*", "history-size": 10, "publish": "nobody", "subscribe": "nobody"}
            ]""",
            ApiClient.SETTING,
            "server.max-message-size=1KiB",
            "server.origins=https://app.example");

    private static Response post(String body, Map<String, String> headers) {
        String further = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (HttpPeer http = HttpPeer.to(SERVER.port())) {
            return http.send("POST /sse HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: %d\r\n%s\r\n"
                            .formatted(SERVER.port(), bytes.length, further))
                    .send(bytes)
                    .response();
        }
    }

    private static JsonObject answer(int status, String body) {
        Response response = post(body, Map.of("Content-Type", "application/json"));
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        return new JsonObject(response.body());
    }

    @Test
    void whatIsPublishedComesToSubscribersAsItWasSpelled() {
        JsonPeer subscriber = SERVER.keep(JsonPeer.on(SERVER.instance()));
        subscriber.subscribe("a");
        JsonObject published =
                answer(200, "{\"type\":\"publish\",\"channel\":\"a\",\"data\":{\"n\":1.50},\"id\":\"x\"}");
        assertThat(published.getString("type")).isEqualTo("published");
        assertThat(published.getString("id")).isEqualTo("x");
        assertThat(subscriber.peer().text()).contains("\"data\":{\"n\":1.50}");
    }

    @Test
    void aPublicationWithAKeyIsTakenOnce() {
        String publish = "{\"type\":\"publish\",\"channel\":\"kept:1\",\"data\":1,\"key\":\"k\"}";
        JsonObject first = answer(200, publish);
        assertThat(JsonPeer.position(answer(200, publish))).isEqualTo(JsonPeer.position(first));
        JsonObject history = answer(200, "{\"type\":\"history\",\"channel\":\"kept:1\"}");
        assertThat(JsonPeer.messages(history)).hasSize(1);
    }

    @Test
    void whoIsThereIsTold() {
        JsonPeer subscriber = SERVER.keep(JsonPeer.on(SERVER.instance(), "ada"));
        subscriber.subscribe("room:1");
        JsonObject present = answer(200, "{\"type\":\"presence\",\"channel\":\"room:1\"}");
        assertThat(present.getJsonArray("data").getJsonObject(0).getString("user"))
                .isEqualTo("ada");
        assertThat(answer(200, "{\"type\":\"ping\"}").getString("type")).isEqualTo("pong");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense | 400 | bad_request",
                "{\"type\":\"dance\"} | 400 | unknown_type",
                "{\"type\":\"subscribe\",\"channel\":\"a\"} | 400 | bad_request",
                "{\"type\":\"unsubscribe\",\"channel\":\"a\"} | 400 | bad_request",
                "{\"type\":\"token\",\"data\":\"x\"} | 400 | bad_request",
                "{\"type\":\"ack\",\"channel\":\"a\",\"offset\":1} | 400 | bad_request",
                "{\"type\":\"publish\",\"channel\":\"a b\",\"data\":1} | 400 | invalid_channel",
                "{\"type\":\"publish\",\"channel\":\"a\",\"data\":1,\"key\":\"k\"} | 400 | bad_request",
                "{\"type\":\"publish\",\"channel\":\"secret:1\",\"data\":1} | 403 | unauthorised",
                "{\"type\":\"publish\",\"channel\":\"staff:1\",\"data\":1} | 403 | unauthorised",
                "{\"type\":\"history\",\"channel\":\"secret:1\"} | 403 | unauthorised",
                "{\"type\":\"history\",\"channel\":\"a\"} | 400 | bad_request",
                "{\"type\":\"history\",\"channel\":\"kept:2\",\"since\":{\"epoch\":\"e\",\"offset\":1}} | 410 | unrecoverable"
            })
    void whatCanNotBeDoneIsAnsweredWithAnErrorAndItsStatus(String command, int status, String code) {
        JsonObject error = answer(status, command);
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("code")).isEqualTo(code);
    }

    /** Whoever has asked whether he may send it is told to, and who sends on after the refusal is not answered any more. */
    @Test
    void aBodyThatIsTooLargeEndsTheConnection() {
        try (HttpPeer http = HttpPeer.to(SERVER.port())) {
            http.send("POST /sse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(http.responseHead().status()).isEqualTo(100);
            Response refused = http.send("x".repeat(8_000)).response();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.header("Connection")).isEqualTo("close");
            http.send("x".repeat(1_000)).wire().expectEnd();
        }
    }

    @Test
    void aBodyThatIsMalformedIsRefusedAndEndsTheConnection() {
        try (HttpPeer http = HttpPeer.to(SERVER.port())) {
            Response refused = http.send("POST /sse HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .send("5\r\n{\"typ\r\nwhat is no chunk\r\n")
                    .response();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.header("Connection")).isEqualTo("close");
            assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("bad_request");
            http.wire().expectEnd();
        }
    }

    @Test
    void whatIsTooLargeOrNoUtf8IsRefused() {
        String large = "{\"type\":\"publish\",\"channel\":\"a\",\"data\":\"" + "x".repeat(6_000) + "\"}";
        assertThat(answer(413, large).getString("code")).isEqualTo("too_large");
        try (HttpPeer http = HttpPeer.to(SERVER.port())) {
            Response response = http.send(
                            "POST /sse HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 2\r\n\r\n\u00ff\u00fe"
                                    .formatted(SERVER.port()))
                    .response();
            assertThat(response.status()).isEqualTo(400);
        }
    }

    @Test
    void whoMayPublishShowsItByACredential() {
        String publish = "{\"type\":\"publish\",\"channel\":\"staff:1\",\"data\":1}";
        assertThat(post(publish, Map.of("Authorization", "Bearer YWRh")).status())
                .isEqualTo(200);
        assertThat(post(publish, Map.of("Authorization", "Basic YWRh")).status())
                .isEqualTo(401);
    }

    @Test
    void aPageNeedsNoPreflightForTextAndGetsOneForTheRest() {
        Map<String, String> page = Map.of("Origin", "https://app.example", "Content-Type", "text/plain;charset=UTF-8");
        Response answer = post("{\"type\":\"ping\"}", page);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        String preflight =
                "OPTIONS /sse HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: %s\r\nAccess-Control-Request-Method: POST\r\n\r\n";
        Response allowed = SERVER.answer(preflight.formatted(SERVER.port(), "https://app.example"));
        assertThat(allowed.status()).isEqualTo(204);
        assertThat(allowed.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(allowed.header("Access-Control-Allow-Headers"))
                .isEqualTo("Authorization, Content-Type, Last-Event-ID");
        Response evil = SERVER.answer(preflight.formatted(SERVER.port(), "https://evil.example"));
        assertThat(evil.status()).isEqualTo(403);
        assertThat(evil.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(post("{}", Map.of("Origin", "https://evil.example")).status())
                .isEqualTo(403);
        assertThat(post("{}", Map.of("Content-Type", "multipart/form-data")).status())
                .isEqualTo(415);
    }
}
