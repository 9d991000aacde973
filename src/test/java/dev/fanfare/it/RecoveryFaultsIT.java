package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.expect;
import static dev.fanfare.testing.JsonPeer.messages;
import static dev.fanfare.testing.JsonPeer.offsets;
import static dev.fanfare.testing.JsonPeer.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import dev.fanfare.testing.ErrorLog;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.TcpProxy;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances, each behind a network of its own to Redis, while Redis or the network fails: their subscribers miss nothing, or are told. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class RecoveryFaultsIT {
    private final List<TcpProxy> networks = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<AutoCloseable> peers = new ArrayList<>();
    private RedisServer redis;
    private ErrorLog errors;

    @BeforeEach
    void start() {
        errors = ErrorLog.open();
        redis = RedisServer.start();
        for (int i = 0; i < 2; i++) {
            TcpProxy network = TcpProxy.to(redis.port());
            networks.add(network);
            instances.add(Instance.start(
                    "cluster.redis=redis://127.0.0.1:" + network.port(),
                    "cluster.publish-timeout=1s",
                    ChannelKinds.RULES));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
        instances.forEach(Instance::close);
        networks.forEach(TcpProxy::close);
        redis.close();
        errors.close();
        assertThat(errors.drain()).as("logged as errors").isEmpty();
    }

    private JsonPeer session(int index) {
        JsonPeer peer = JsonPeer.on(instances.get(index));
        peers.add(peer);
        return peer;
    }

    private WebSocketPeer raw(int index, String channel) {
        WebSocketPeer peer = instances.get(index).connect("/raw/" + channel).answeringPings();
        peers.add(peer);
        return peer;
    }

    private static void publish(JsonPeer publisher, String channel, long first, long last) {
        for (long n = first; n <= last; n++) {
            assertThat(publisher.publish(channel, "m" + n).offset()).isEqualTo(n);
        }
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private void cutOff(int index) {
        networks.get(index).refuse();
        networks.get(index).cut();
        Eventually.holds(() ->
                assertThat(instances.get(index).metric("fanfare_bridge_up")).isZero());
    }

    private void reconnect(int index) {
        networks.get(index).pass();
        awaitUp(index);
    }

    private void awaitUp(int index) {
        Eventually.holds(() ->
                assertThat(instances.get(index).metric("fanfare_bridge_up")).isOne());
    }

    @Test
    void aGapIsFilledWithoutTheSubscribersNoticing() {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        JsonPeer subscriber = session(1);
        subscriber.subscribe(channel);
        WebSocketPeer raw = raw(1, channel);
        JsonPeer publisher = session(0);
        for (int n = 1; n <= 300; n++) {
            if (n % 60 == 0) {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            }
            String key = "k" + n;
            JsonObject publish =
                    command("publish", channel).put("data", "m" + n).put("key", key);
            Eventually.holds(() -> expect("published", publisher.ask(publish)));
        }
        assertThat(offsets(subscriber.events(300))).isEqualTo(from(1, 300));
        for (int n = 1; n <= 300; n++) {
            raw.expectText("m" + n);
        }
        subscriber.expectNothing();
    }

    @Test
    void whatWasPublishedWhileAnInstanceWasCutOffComesWhenItIsBack() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer subscriber = session(1);
        subscriber.subscribe(channel);
        WebSocketPeer raw = raw(1, channel);
        JsonPeer publisher = session(0);
        publish(publisher, channel, 1, 2);
        assertThat(offsets(subscriber.events(2))).isEqualTo(from(1, 2));
        cutOff(1);
        publish(publisher, channel, 3, 40);
        reconnect(1);
        assertThat(offsets(subscriber.events(38))).isEqualTo(from(3, 40));
        for (int n = 1; n <= 40; n++) {
            raw.expectText("m" + n);
        }
        publish(publisher, channel, 41, 41);
        assertThat(subscriber.event().getLong("offset")).isEqualTo(41);
    }

    @Test
    void whatWasTrimmedMeanwhileIsToldAsLost() {
        String channel = ChannelKinds.fresh(ChannelKinds.SMALL);
        JsonPeer subscriber = session(1);
        Position start = position(subscriber.subscribe(channel));
        WebSocketPeer raw = raw(1, channel);
        JsonPeer publisher = session(0);
        cutOff(1);
        publish(publisher, channel, 1, 20);
        reconnect(1);
        JsonObject error = subscriber.next("error");
        assertThat(error.getString("code")).isEqualTo("unrecoverable");
        assertThat(error.getString("channel")).isEqualTo(channel);
        assertThat(error.fieldNames()).doesNotContain("id");
        Position behind = position(error);
        assertThat(behind.epoch()).isEqualTo(start.epoch());
        assertThat(behind.offset()).as("what is kept may still come").isBetween(15L, 20L);
        raw.expectCloseAndEof(4003);
        publish(publisher, channel, 21, 21);
        int left = (int) (21 - behind.offset());
        assertThat(offsets(subscriber.events(left))).isEqualTo(from(behind.offset() + 1, 21));
    }

    @Test
    void aRedisThatLostEverythingBeginsANewHistoryOfWhichSubscribersAreTold() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        List<JsonPeer> subscribers = List.of(session(0), session(1));
        subscribers.forEach(subscriber -> subscriber.subscribe(channel));
        JsonPeer publisher = session(0);
        publish(publisher, channel, 1, 5);
        String epoch = "";
        for (JsonPeer subscriber : subscribers) {
            assertThat(offsets(subscriber.events(5))).isEqualTo(from(1, 5));
        }
        redis.kill();
        redis.restart();
        awaitUp(0);
        awaitUp(1);
        Position next = publisher.publish(channel, "new");
        for (JsonPeer subscriber : subscribers) {
            JsonObject error = subscriber.next("error");
            assertThat(error.getString("code")).isEqualTo("unrecoverable");
            Position position = position(error);
            assertThat(position.epoch()).isEqualTo(next.epoch()).isNotEqualTo(epoch);
            assertThat(position.offset()).isLessThanOrEqualTo(next.offset());
            if (position.offset() < next.offset()) {
                assertThat(subscriber.event().getLong("offset")).isEqualTo(next.offset());
            }
            subscriber.expectNothing();
        }
    }

    @Test
    void whatIsRepeatedWithItsKeyAfterItWasUnavailableIsThereOnce() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer subscriber = session(1);
        subscriber.subscribe(channel);
        JsonPeer publisher = session(0);
        publisher.publish(channel, "before");
        redis.freeze();
        JsonObject publish = command("publish", channel).put("data", "once").put("key", "k");
        publisher.refused("unavailable", publish);
        redis.thaw();
        awaitUp(0);
        Eventually.holds(() -> expect("published", publisher.ask(publish)));
        JsonObject again = expect("published", publisher.ask(publish));
        assertThat(position(again).offset()).isEqualTo(2);
        assertThat(offsets(subscriber.events(2))).isEqualTo(from(1, 2));
        JsonObject page = expect("history", publisher.ask(command("history", channel)));
        assertThat(offsets(messages(page))).isEqualTo(from(1, 2));
    }

    @Test
    void whileRedisIsAwayAStoredChannelIsNotToBeHadAndALiveOneIs() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer peer = session(0);
        redis.kill();
        Eventually.holds(
                () -> assertThat(instances.get(0).metric("fanfare_bridge_up")).isZero());
        peer.refused("unavailable", command("history", channel));
        peer.refused("unavailable", command("subscribe", channel));
        peer.subscribe(ChannelKinds.fresh(ChannelKinds.LIVE));
        redis.restart();
        awaitUp(0);
        Eventually.holds(() -> expect("subscribed", peer.ask(command("subscribe", channel))));
        peer.publish(channel, 1);
        assertThat(peer.event().getLong("offset")).isEqualTo(1);
    }
}
