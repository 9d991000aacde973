package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.Users;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the HTTP API does, on one instance and on several: a request goes to the last one, and who it is about is on all of them. */
abstract class HttpApiContract {
    static final String RULES = """
            channels=[{"match": "kept:*", "history-size": 2000}, {"match": "process:*", "history-size": 2000},
              {"match": "shut:*", "publish": "nobody"}]""";

    private final Relay relay;

    HttpApiContract(Relay relay) {
        this.relay = relay;
    }

    private JsonObject post(String path, Object body, String... headers) {
        int port = relay.instance(relay.size() - 1).port();
        String request = ApiClient.request(port, "POST", "/api/v1" + path, body.toString());
        return answer(
                port,
                headers.length == 0 ? request : request.replaceFirst("Content-Type", headers[0] + "\r\nContent-Type"));
    }

    private JsonObject get(String path) {
        int port = relay.instance(relay.size() - 1).port();
        return answer(port, ApiClient.request(port, "GET", "/api/v1" + path, ""));
    }

    private static JsonObject answer(int port, String request) {
        try (HttpPeer peer = HttpPeer.to(port)) {
            Response answer = peer.send(request).response();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return new JsonObject(answer.body());
        }
    }

    private static JsonObject message(String channel, Object data) {
        return new JsonObject().put("channel", channel).put("data", data);
    }

    private static JsonArray numbered(String channel, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> message(channel, i))
                .collect(Collectors.collectingAndThen(Collectors.toList(), JsonArray::new));
    }

    private static List<JsonObject> objects(JsonObject answer, String name) {
        return answer.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
    }

    private JsonPeer subscriber(int index, String channel) {
        JsonPeer peer = relay.session(index);
        JsonPeer.expect("subscribed", peer.subscribe(channel));
        return peer;
    }

    private WebSocketPeer user(int index, String path, String name) {
        return relay.keep(Users.connect(relay.instance(index % relay.size()), path, name));
    }

    @Test
    void whatIsPublishedReachesSubscribersAsItIsSpelled() {
        WebSocketPeer raw = relay.raw(0, "a");
        post("/publish", "{\"channel\":\"a\",\"data\":{\"x\":  1.50, \"ü\":[ ]}}");
        raw.expectText("{\"x\":  1.50, \"ü\":[ ]}");
        post("/broadcast", "{\"data\":\"all\"}");
        raw.expectText("all");
    }

    @Test
    void aBatchIsPublishedInItsOrderWhereItMayBe() {
        JsonPeer plain = subscriber(0, "a");
        JsonPeer kept = subscriber(1, "kept:a");
        JsonArray messages = numbered("a", 400).addAll(numbered("kept:a", 400)).add(message("shut:a", 1));
        List<JsonObject> results =
                objects(post("/publish/batch", new JsonObject().put("messages", messages)), "results");
        assertThat(results).hasSize(801);
        assertThat(results.get(800).getJsonObject("error").getString("code")).isEqualTo("unauthorised");
        assertThat(results.get(799).getLong("offset") - results.get(400).getLong("offset"))
                .isEqualTo(399);
        List<Object> expected = new ArrayList<>(IntStream.range(0, 400).boxed().toList());
        assertThat(JsonPeer.data(plain.events(400))).isEqualTo(expected);
        assertThat(JsonPeer.data(kept.events(400))).isEqualTo(expected);
    }

    @Test
    void whatIsRepeatedWithItsKeyIsPublishedOnce() {
        String key = "Idempotency-Key: again";
        JsonObject once = new JsonObject().put("messages", numbered("kept:once", 3));
        List<JsonObject> first = objects(post("/publish/batch", once, key), "results");
        List<JsonObject> again = objects(post("/publish/batch", once, key), "results");
        assertThat(again).extracting(result -> result.getLong("offset")).containsExactly(1L, 2L, 3L);
        assertThat(first).extracting(result -> result.getLong("offset")).containsExactly(1L, 2L, 3L);
        assertThat(objects(get("/channels/kept:once/history"), "messages")).hasSize(3);
    }

    @Test
    void outputThatIsRepeatedFillsUpWhereItStopped() {
        String key = "Idempotency-Key: lines";
        JsonArray lines = new JsonArray();
        IntStream.range(0, 300).forEach(i -> lines.add(new JsonObject().put("data", "line " + i)));
        JsonArray beginning = new JsonArray(lines.getList().subList(0, 100));
        post("/processes/7/output", new JsonObject().put("lines", beginning), key);
        assertThat(post("/processes/7/output", new JsonObject().put("lines", lines), key)
                        .getLong("offset"))
                .isEqualTo(300);
        assertThat(post("/processes/7/status", "{\"status\":\"exited\",\"exitCode\":0}")
                        .getLong("offset"))
                .isEqualTo(301);
        List<JsonObject> messages = objects(get("/channels/process:7/history?limit=1000"), "messages");
        assertThat(messages.subList(0, 300))
                .extracting(message -> message.getString("data"))
                .isEqualTo(lines.stream()
                        .map(line -> ((JsonObject) line).getString("data"))
                        .toList());
        assertThat(messages.get(300).getString("type")).isEqualTo("process_status");
    }

    @Test
    void historyIsReadInPages() {
        post("/publish/batch", new JsonObject().put("messages", numbered("kept:pages", 5)));
        JsonObject first = get("/channels/kept:pages/history?limit=2");
        String since = first.getString("epoch") + ":2";
        assertThat(first.getLong("offset")).isEqualTo(5);
        assertThat(JsonPeer.data(objects(get("/channels/kept:pages/history?since=" + since), "messages")))
                .containsExactly(2, 3, 4);
        assertThat(JsonPeer.data(objects(get("/channels/kept:pages/history?reverse=true&limit=1"), "messages")))
                .containsExactly(4);
    }

    @Test
    void channelsOfAllInstancesAreListedPageByPage() {
        IntStream.range(0, 7).forEach(i -> subscriber(i, "list:" + i % 5));
        subscriber(0, "other");
        List<String> listed = new ArrayList<>();
        String after = "";
        while (after != null) {
            JsonObject page = get("/channels?prefix=list:&limit=2&after=" + after);
            assertThat(page.getBoolean("complete")).isTrue();
            objects(page, "channels")
                    .forEach(each -> listed.add(each.getString("channel") + ' ' + each.getInteger("subscribers")));
            after = page.getString("next");
        }
        assertThat(listed).containsExactly("list:0 2", "list:1 2", "list:2 1", "list:3 1", "list:4 1");
    }

    @Test
    void sessionsOfAllInstancesAreListed() {
        List<String> sessions = IntStream.range(0, 5)
                .mapToObj(i -> subscriber(i, "a").session())
                .sorted()
                .toList();
        user(0, "/raw/b", "ada");
        user(1, "/ws", "ada");
        assertThat(objects(get("/sessions"), "sessions"))
                .extracting(each -> each.getString("session"))
                .hasSize(7)
                .isSorted()
                .containsAll(sessions);
        List<JsonObject> ada = objects(get("/sessions?user=ada"), "sessions");
        assertThat(ada).extracting(each -> each.getString("protocol")).containsExactlyInAnyOrder("raw", "json");
        assertThat(ada).allMatch(each -> each.getString("address").equals("127.0.0.1"));
        JsonObject page = get("/sessions?limit=3");
        assertThat(get("/sessions?limit=1000&after=" + page.getString("next")).getJsonArray("sessions"))
                .hasSize(4);
        Eventually.holds(
                () -> assertThat(get("/cluster").getInteger("sessions")).isEqualTo(7));
        assertThat(get("/cluster").getInteger("instances")).isEqualTo(relay.size());
    }

    @Test
    void aChannelIsTakenFromAUserEverywhere() {
        List<WebSocketPeer> ada = List.of(user(0, "/ws", "ada"), user(1, "/ws", "ada"));
        WebSocketPeer bob = user(0, "/ws", "bob");
        List.of(ada.get(0), ada.get(1), bob).forEach(peer -> {
            peer.sendText("{\"type\":\"subscribe\",\"channel\":\"room\",\"id\":1}");
            assertThat(peer.text()).contains("\"subscribed\"");
        });
        WebSocketPeer raw = user(1, "/raw/room", "ada");
        assertThat(post("/unsubscribe", "{\"channel\":\"room\",\"user\":\"ada\"}"))
                .isEqualTo(new JsonObject("{\"unsubscribed\":3,\"complete\":true}"));
        ada.forEach(peer -> assertThat(peer.text())
                .startsWith("{\"type\":\"unsubscribed\",\"channel\":\"room\",\"code\":\"unauthorised\""));
        raw.expect(Frame.close(4501, "unauthorised")).expectEof();
        post("/publish", "{\"channel\":\"room\",\"data\":1}");
        ada.forEach(WebSocketPeer::expectNothingBeforePong);
        assertThat(bob.text()).contains("\"data\":1");
        assertThat(post("/unsubscribe", "{\"channel\":\"room\",\"user\":\"ada\"}")
                        .getInteger("unsubscribed"))
                .isZero();
    }
}
