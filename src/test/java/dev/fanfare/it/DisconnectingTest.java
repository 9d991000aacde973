package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.Users;
import dev.fanfare.testing.WebSocketPeer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending a user or a session away: on one instance, on two, and where Redis or an instance does not answer. */
class DisconnectingTest {
    @RegisterExtension
    static final JoinedInstances RELAY = JoinedInstances.of(2, Users.BELIEVED, ApiClient.SETTING);

    private static final Frame CLOSE = Frame.close(4500, "disconnected");
    private static final String ENDED = "fanfare_disconnections_total{reason=\"disconnected\"}";

    private static String disconnect(Instance instance, String json) {
        Response answer = ApiClient.post(instance.port(), "/api/v1/disconnect", json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body().strip();
    }

    private static String outcome(int sessions, boolean complete) {
        return "{\"disconnected\":" + sessions + ",\"complete\":" + complete + "}";
    }

    private static WebSocketPeer user(int index, String path, String name) {
        return RELAY.keep(Users.connect(RELAY.instance(index), path, name));
    }

    private static void assertSentAway(WebSocketPeer peer) {
        peer.expect(CLOSE).expectEof();
    }

    @Test
    void anInstanceOnItsOwnEndsTheSessionsOfAllItsLoops() {
        try (Instance instance = Instance.start(Users.BELIEVED, ApiClient.SETTING);
                WebSocketPeer nobody = instance.connect("/ws");
                WebSocketPeer bob = Users.connect(instance, "/ws", "bob")) {
            List<WebSocketPeer> ada = Stream.of("/ws", "/", "/raw/a", "/ws", "/", "/ws")
                    .map(path -> Users.connect(instance, path, "ada"))
                    .toList();
            assertThat(disconnect(instance, "{\"user\":\"ada\"}")).isEqualTo(outcome(6, true));
            ada.forEach(DisconnectingTest::assertSentAway);
            nobody.expectNothingBeforePong();
            bob.expectNothingBeforePong();
            assertThat(disconnect(instance, "{\"user\":\"ada\"}")).isEqualTo(outcome(0, true));
            assertThat(instance.metric(ENDED)).isEqualTo(6);
            ada.forEach(WebSocketPeer::close);
        }
    }

    @Test
    void aUserIsSentAwayByAllInstancesAndNobodyElseIs() {
        double before = RELAY.sum(ENDED);
        List<WebSocketPeer> ada = List.of(
                user(0, "/ws", "ada"),
                user(0, "/", "ada"),
                user(1, "/ws", "ada"),
                user(1, "/", "ada"),
                user(1, "/ws", "ada"));
        List<WebSocketPeer> others =
                List.of(user(0, "/ws", "bob"), user(1, "/", "Ada"), RELAY.connect(0, "/"), RELAY.connect(1, "/ws"));
        assertThat(disconnect(RELAY.instance(0), "{\"user\":\"ada\"}")).isEqualTo(outcome(5, true));
        ada.forEach(DisconnectingTest::assertSentAway);
        others.forEach(WebSocketPeer::expectNothingBeforePong);
        assertThat(RELAY.sum(ENDED)).isEqualTo(before + 5);
    }

    @Test
    void aSessionIsSentAwayWhereverItIs() {
        HttpPeer http = HttpPeer.to(RELAY.instance(1).port());
        Response handshake = http.send(
                        Users.upgrade(RELAY.instance(1).port(), "/ws", "ada").text())
                .response();
        WebSocketPeer one = RELAY.keep(http.upgraded());
        WebSocketPeer other = user(1, "/ws", "ada");
        String body = "{\"session\":\"" + handshake.header("Fanfare-Session") + "\"}";
        assertThat(disconnect(RELAY.instance(0), body)).isEqualTo(outcome(1, true));
        assertSentAway(one);
        other.expectNothingBeforePong();
        assertThat(disconnect(RELAY.instance(0), body)).isEqualTo(outcome(0, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"o'hara \"x\"", "a b  c ", "a|b", "back\\slash", "ünïcödé 😀", "*", "user ada", "ada\u2028"})
    void aUserMayBeCalledAnything(String name) {
        WebSocketPeer here = user(0, "/ws", name);
        WebSocketPeer there = user(1, "/ws", name);
        WebSocketPeer ada = user(1, "/ws", "ada");
        String json = "{\"user\":\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        assertThat(disconnect(RELAY.instance(0), json)).isEqualTo(outcome(2, true));
        assertSentAway(here);
        assertSentAway(there);
        ada.expectNothingBeforePong();
    }

    @Test
    void whomNobodyKnowsHasNoSessions() {
        assertThat(disconnect(RELAY.instance(0), "{\"user\":\"nobody\"}")).isEqualTo(outcome(0, true));
        assertThat(disconnect(RELAY.instance(1), "{\"session\":\"AbCdEfGhIjKlMnOpQr_-09\"}"))
                .isEqualTo(outcome(0, true));
    }

    @Test
    void whatASessionHasSubscribedToIsLeftWithIt() {
        WebSocketPeer ada = user(1, "/ws", "ada").sendText("{\"type\":\"subscribe\",\"channel\":\"a\",\"id\":1}");
        assertThat(ada.text()).contains("subscribed");
        assertThat(disconnect(RELAY.instance(0), "{\"user\":\"ada\"}")).isEqualTo(outcome(1, true));
        assertSentAway(ada);
        RELAY.awaitChannels();
    }

    @Test
    void anInstanceThatHasJustComeIsAskedToo() {
        try (Instance fresh = Instance.start(
                        Users.BELIEVED, "cluster.redis=" + RELAY.redis().url());
                WebSocketPeer ada = Users.connect(fresh, "/ws", "ada")) {
            assertThat(disconnect(RELAY.instance(0), "{\"user\":\"ada\"}")).isEqualTo(outcome(1, true));
            assertSentAway(ada);
        }
    }

    @Test
    void anInstanceThatDoesNotAnswerMakesItIncomplete() {
        String seconds = RELAY.redis().command("TIME").get(0);
        String id = "0123456789abcdef0123456789abcdef";
        RELAY.redis().command("ZADD", "{fanfare:instances}:leases", (Long.parseLong(seconds) + 60) + "000", id);
        RELAY.redis().command("HSET", "{fanfare:instances}:sessions", id, "7");
        WebSocketPeer there = user(1, "/ws", "ada");
        assertThat(disconnect(RELAY.instance(0), "{\"user\":\"ada\"}")).isEqualTo(outcome(1, false));
        assertSentAway(there);
        RELAY.redis().command("HDEL", "{fanfare:instances}:sessions", id);
        RELAY.redis().command("ZREM", "{fanfare:instances}:leases", id);
        assertThat(disconnect(RELAY.instance(0), "{\"user\":\"ada\"}")).isEqualTo(outcome(0, true));
    }

    @Test
    void whatIsNoQuestionIsCountedAndEndsNothing() {
        WebSocketPeer ada = user(0, "/ws", "ada");
        List<String> channels = RELAY.redis().command("PUBSUB", "CHANNELS", "fanfare:instance:*");
        String id = "0123456789abcdef0123456789abcdef";
        double before = RELAY.sum("fanfare_dropped_total{reason=\"received_malformed\"}");
        List<String> messages = List.of(
                "disconnect " + id + " 1 user ada",
                "disconnect " + id + " 1 user YWRh\n",
                "disconnect " + id + " 1 YWRh",
                "disconnect " + id + " 1 user YWRhCg",
                "disconnect " + id + " user YWRh");
        for (String channel : channels) {
            messages.forEach(message -> RELAY.redis().publish(channel, message.getBytes(UTF_8)));
        }
        double dropped = (double) messages.size() * channels.size();
        Eventually.holds(() -> assertThat(RELAY.sum("fanfare_dropped_total{reason=\"received_malformed\"}"))
                .isEqualTo(before + dropped));
        ada.expectNothingBeforePong();
    }

    @Test
    void anInstanceThatIsCutOffFromRedisEndsItsOwnSessionsAndSaysSo() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.start(Users.BELIEVED, ApiClient.SETTING, "cluster.redis=" + redis.url());
                Instance two = Instance.start(Users.BELIEVED, "cluster.redis=" + redis.url());
                WebSocketPeer here = Users.connect(one, "/ws", "ada");
                WebSocketPeer there = Users.connect(two, "/ws", "ada")) {
            redis.kill();
            assertThat(disconnect(one, "{\"user\":\"ada\"}")).isEqualTo(outcome(1, false));
            assertSentAway(here);
            there.expectNothingBeforePong();
            redis.restart();
            Eventually.holds(
                    () -> assertThat(disconnect(one, "{\"user\":\"ada\"}")).isEqualTo(outcome(1, true)));
            assertSentAway(there);
        }
    }

    @Test
    void whereRedisAnswersTooLateTheOthersFollowAllTheSame() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.start(Users.BELIEVED, ApiClient.SETTING, "cluster.redis=" + redis.url());
                Instance two = Instance.start(Users.BELIEVED, "cluster.redis=" + redis.url());
                WebSocketPeer here = Users.connect(one, "/ws", "ada");
                WebSocketPeer there = Users.connect(two, "/ws", "ada")) {
            redis.freeze();
            assertThat(disconnect(one, "{\"user\":\"ada\"}")).isEqualTo(outcome(1, false));
            assertSentAway(here);
            redis.thaw();
            assertSentAway(there);
        }
    }
}
