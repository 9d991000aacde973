package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Identity;
import dev.fanfare.auth.Plugins;
import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an event stream is asked for, lives, and ends. */
class EventStreamTest {
    /** A token is a user's name, or the milliseconds that somebody called "brief" has. */
    private static final Plugins USERS = new Plugins(
            credentials -> {
                String token = credentials.token();
                if (token == null) {
                    return Future.succeededFuture(Identity.ANONYMOUS);
                }
                boolean brief = token.matches("[0-9]+");
                return Future.succeededFuture(Identity.of(
                        brief ? "brief" : token,
                        Map.of(),
                        brief ? System.currentTimeMillis() + Long.parseLong(token) : Identity.NEVER));
            },
            null);

    private static final String RULES = """
            channels=[
              {"match": "kept:*", "history-size": 100},
              {"match": "staff:*", "subscribe": "authenticated"},
              {"match": "secret:*", "subscribe": "nobody"}
            ]""";

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            USERS,
            RULES,
            ApiClient.SETTING,
            "auth.query-token=true",
            "session.ping-interval=100ms",
            "session.max-subscriptions=3",
            "server.origins=https://app.example");

    private static EventStreamPeer open(String... channels) {
        return SERVER.keep(EventStreamPeer.open(SERVER.instance(), channels));
    }

    private static EventStreamPeer open(String query, Map<String, String> headers) {
        return SERVER.keep(EventStreamPeer.open(HttpPeer.to(SERVER.port()), SERVER.port(), query, headers));
    }

    private static Response refused(String query, Map<String, String> headers) {
        try (HttpPeer http = HttpPeer.to(SERVER.port())) {
            return http.send(EventStreamPeer.request(SERVER.port(), query, headers))
                    .response();
        }
    }

    @Test
    void theHeadKeepsCachesAndProxiesAway() {
        EventStreamPeer stream = open("a");
        assertThat(stream.head().header("Cache-Control")).isEqualTo("no-store");
        assertThat(stream.head().header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(stream.head().header("Connection")).isEqualTo("close");
        assertThat(stream.head().header("Fanfare-Session")).matches("[A-Za-z0-9_-]{22}");
    }

    @Test
    void whatCanNotBeHadOfSeveralChannelsIsToldAndTheOthersCome() {
        EventStreamPeer stream = open("a", "secret:1", "no channel", "b", "c", "d", "a");
        String outcomes = stream.next("open").getJsonArray("channels").stream()
                .map(JsonObject.class::cast)
                .map(outcome -> outcome.getString("channel") + " " + outcome.getString("code", "in"))
                .collect(Collectors.joining(", "));
        assertThat(outcomes)
                .isEqualTo("a in, secret:1 unauthorised, no channel invalid_channel, b in, c in, d limit_exceeded");
        SERVER.keep(JsonPeer.on(SERVER.instance())).tell(command("publish", "c").put("data", 1));
        assertThat(stream.next("event").getString("channel")).isEqualTo("c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                  | 400",
                "?channel=                           | 400",
                "?channel=no%20channel               | 400",
                "?channel=%zz                        | 400",
                "?channel=secret:1                   | 403",
                "?channel=secret:1&channel=secret:2  | 403",
                "?channel=kept:1&lastEventId=nonsense| 400",
                "?channel=kept:1&lastEventId=e:-1    | 400",
                "?channel=kept:1&lastEventId=e:%2B1  | 400",
                "?channel=kept:1&channel=b&lastEventId=e:1 | 400",
                "?channel=kept:1&lastEventId=a=e:1,a=e:1   | 400",
                "?channel=kept:1&lastEventId=e:1&lastEventId=e:1 | 400",
                "?channel=a&access_token=a&access_token=b  | 400",
                "?channel=a&access_token=%20               | 401"
            })
    void aRequestThatCanNotBeAnsweredIsRefused(String query, int status) {
        Response response = refused(query, Map.of());
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Accept: application/json | 406",
                "Content-Length: 3        | 400",
                "Host: another            | 400",
                "Origin: https://evil.example | 403",
                "Authorization: Basic eA==    | 401",
                "Last-Event-ID: nonsense      | 400"
            })
    void aRequestWithAWrongHeaderIsRefused(String header, int status) {
        String request =
                "GET /sse?channel=a HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\n\r\n".formatted(SERVER.port(), header);
        assertThat(SERVER.answer(request).status()).isEqualTo(status);
    }

    @Test
    void otherMethodsAndVersionsAreRefused() {
        String host = "Host: localhost:" + SERVER.port() + "\r\n\r\n";
        Response method = SERVER.answer("PUT /sse?channel=a HTTP/1.1\r\n" + host);
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("Allow")).isEqualTo("GET, POST, OPTIONS");
        assertThat(SERVER.answer("GET /sse?channel=a HTTP/1.0\r\n" + host).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/*", "text/html, text/event-stream;q=0.5", "TEXT/EVENT-STREAM"})
    void whoAcceptsAnythingLikeItGetsAStream(String accept) {
        String request = "GET /sse?channel=a HTTP/1.1\r\nHost: localhost:%d\r\nAccept: %s\r\n\r\n"
                .formatted(SERVER.port(), accept);
        assertThat(SERVER.answer(request).status()).isEqualTo(200);
    }

    @Test
    void aCredentialIsShownInTheHeaderOrInTheQuery() {
        assertThat(refused("?channel=staff:1", Map.of()).status()).isEqualTo(403);
        open("?channel=staff:1", Map.of("Authorization", "Bearer ada")).next("open");
        open("?channel=staff:1&access_token=ada", Map.of()).next("open");
    }

    @Test
    void aPageOfAnAdmittedOriginMayReadTheAnswerWhateverItIs() {
        Map<String, String> page = Map.of("Origin", "https://app.example");
        assertThat(open("?channel=a", page).head().header("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        assertThat(refused("?channel=secret:1", page).header("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        assertThat(refused("?channel=", page).header("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
        Response evil = refused("?channel=a", Map.of("Origin", "https://evil.example"));
        assertThat(evil.status()).isEqualTo(403);
        assertThat(evil.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void whoIsNotSentAnythingGetsComments() {
        EventStreamPeer stream = open("a");
        stream.next("open");
        stream.awaitComments(3);
        double before = SERVER.instance().metric("fanfare_connected_clients{protocol=\"sse\"}");
        assertThat(before).isEqualTo(1);
    }

    @Test
    void whatTheClientSendsIsThrownAwayUpToABound() {
        EventStreamPeer stream = open("a");
        stream.next("open");
        stream.wire().write(new byte[1_000]);
        stream.awaitComments(1);
        stream.wire().tryWrite(new byte[128 << 10]);
        JsonObject close = stream.next();
        assertThat(close.getInteger("code")).isEqualTo(1008);
    }

    @Test
    void whoseTokenExpiresIsToldAndCutOff() {
        EventStreamPeer stream = open("?channel=a", Map.of("Authorization", "Bearer 300"));
        stream.next("open");
        assertThat(stream.expectClose(4002).getString("reason")).isEqualTo("token expired");
    }

    @Test
    void anOperatorEndsStreamsToo() {
        EventStreamPeer stream = open("?channel=a", Map.of("Authorization", "Bearer ada"));
        stream.next("open");
        Response answer = ApiClient.post(SERVER.port(), "/api/v1/disconnect", "{\"user\":\"ada\"}");
        assertThat(answer.body()).contains("\"disconnected\":1");
        stream.expectClose(4500);
        assertThat(stream.retry()).isNegative();
    }

    @Test
    void whoseStreamIsEndedGetsNothingTwice() {
        String name = "kept:" + "n".repeat(200);
        EventStreamPeer stream =
                open("?channel=" + name + "1&channel=" + name + "2", Map.of("Authorization", "Bearer bob"));
        String epoch =
                stream.next("open").getJsonArray("channels").getJsonObject(1).getString("epoch");
        SERVER.keep(JsonPeer.on(SERVER.instance()))
                .tell(command("publish", name + "2").put("data", 1));
        stream.next("event");
        ApiClient.post(SERVER.port(), "/api/v1/disconnect", "{\"user\":\"bob\"}");
        stream.expectClose(4500);
        assertThat(stream.lastEventId()).endsWith("2=" + epoch + ":1");
    }

    @Test
    void aStreamOfTooManyChannelsForAnIdSaysSo() {
        String[] channels = IntStream.range(0, 20)
                .mapToObj(i -> "kept:" + "n".repeat(240) + i)
                .toArray(String[]::new);
        try (Instance server = Instance.start(RULES);
                EventStreamPeer many = EventStreamPeer.open(server, channels);
                EventStreamPeer few = EventStreamPeer.open(server, channels[0], channels[1])) {
            assertThat(many.next("open").getBoolean("resumable")).isFalse();
            assertThat(few.next("open").containsKey("resumable")).isFalse();
            try (JsonPeer publisher = JsonPeer.on(server)) {
                publisher.tell(command("publish", channels[0]).put("data", 1));
            }
            many.next("event");
            assertThat(many.lastEventId()).isEmpty();
            few.next("event");
            assertThat(few.lastEventId()).isNotEmpty();
        }
    }

    @Test
    void aRuleThatChangesTakesItsChannelAwayAndWithTheLastTheStream() {
        try (Instance server = Instance.start(
                        "channels=[{\"match\":\"kept:*\",\"history-size\":10}]", "session.ping-interval=1h");
                EventStreamPeer both = EventStreamPeer.open(server, "a", "kept:1");
                EventStreamPeer one = EventStreamPeer.open(server, "a")) {
            both.next("open");
            one.next("open");
            server.reconfigure("channels=["
                    + "{\"match\":\"kept:*\",\"history-size\":10},{\"match\":\"a\",\"subscribe\":\"nobody\"}]");
            JsonObject withdrawn = both.next("unsubscribed");
            assertThat(withdrawn.getString("channel")).isEqualTo("a");
            assertThat(withdrawn.getString("code")).isEqualTo("unauthorised");
            one.next("unsubscribed");
            one.expectClose(4501);
        }
    }

    @Test
    void whenTheInstanceStopsEveryStreamIsToldWhenToComeBack() throws Exception {
        Instance server = Instance.start();
        List<EventStreamPeer> streams = IntStream.range(0, 5)
                .mapToObj(i -> EventStreamPeer.open(server, "a"))
                .toList();
        streams.forEach(stream -> stream.next("open"));
        Future<Void> stopped = server.stop();
        for (EventStreamPeer stream : streams) {
            JsonObject close = stream.expectClose(1001);
            assertThat(stream.retry()).isBetween(0L, 5_000L);
            assertThat(close.getString("reason")).isEqualTo("retry after " + stream.retry() + " ms");
            stream.close();
        }
        stopped.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        server.close();
    }
}
