package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.data;
import static dev.fanfare.testing.JsonPeer.expect;
import static dev.fanfare.testing.JsonPeer.json;
import static dev.fanfare.testing.JsonPeer.messages;
import static dev.fanfare.testing.JsonPeer.offsets;
import static dev.fanfare.testing.JsonPeer.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes back with a position gets all that it missed, or is told that it can't: on an instance of its own as on several. */
abstract class RecoveryContract {
    abstract Relay relay();

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** Subscribes, takes so many messages, and goes without a word; returns the position that it has come to. */
    private Position left(String channel, int messages) {
        JsonPeer peer = relay().session(0);
        Position position = position(peer.subscribe(channel));
        JsonPeer publisher = relay().session(1);
        for (int n = 1; n <= messages; n++) {
            publisher.publish(channel, n);
        }
        assertThat(offsets(peer.events(messages))).isEqualTo(from(position.offset() + 1, position.offset() + messages));
        peer.peer().vanish();
        return new Position(position.epoch(), position.offset() + messages);
    }

    private void publish(String channel, int count) {
        JsonPeer publisher = relay().session(2);
        for (int n = 0; n < count; n++) {
            publisher.publish(channel, "missed " + n);
        }
    }

    private static void expectWhole(JsonObject subscribed, Position since, int missed) {
        assertThat(subscribed.getBoolean("recovered"))
                .as("recovered in %s", subscribed)
                .isTrue();
        assertThat(offsets(messages(subscribed))).isEqualTo(from(since.offset() + 1, since.offset() + missed));
        assertThat(position(subscribed)).isEqualTo(new Position(since.epoch(), since.offset() + missed));
    }

    private static void expectLost(JsonObject subscribed, Position present) {
        assertThat(subscribed.getBoolean("recovered"))
                .as("recovered in %s", subscribed)
                .isFalse();
        assertThat(messages(subscribed)).isEmpty();
        assertThat(position(subscribed)).isEqualTo(present);
    }

    @Test
    void whoMissedNothingIsToldSo() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 2);
        expectWhole(relay().session(1).recover(channel, left), left, 0);
    }

    @Test
    void whoWantsNoAnswerGetsWhatItMissedAsEvents() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 2);
        publish(channel, 3);
        JsonPeer peer = relay().session(1);
        peer.tell(command("subscribe", channel).put("recover", json(left)));
        assertThat(offsets(peer.events(3))).isEqualTo(from(left.offset() + 1, left.offset() + 3));
        publish(channel, 1);
        assertThat(offsets(peer.events(1))).isEqualTo(from(left.offset() + 4, left.offset() + 4));
    }

    @Test
    void whoWantsNoAnswerIsToldAllTheSameThatItCanNotBeHad() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 2);
        JsonPeer peer = relay().session(1);
        peer.tell(command("subscribe", channel).put("recover", json(new Position("other", 1))));
        JsonObject error = peer.next("error");
        assertThat(error.getString("code")).isEqualTo("unrecoverable");
        assertThat(error.getString("channel")).isEqualTo(channel);
        assertThat(position(error)).isEqualTo(left);
    }

    @Test
    void whatWasMissedComesWithTheAnswerAndWhatIsNewBehindIt() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 2);
        publish(channel, 5);
        JsonPeer back = relay().session(1);
        JsonObject subscribed = back.recover(channel, left);
        expectWhole(subscribed, left, 5);
        assertThat(data(messages(subscribed))).first().isEqualTo("missed 0");
        publish(channel, 2);
        assertThat(offsets(back.events(2))).isEqualTo(from(8, 9));
        back.expectNothing();
    }

    @Test
    void whatWasMissedFromTheBeginningOnIsRecovered() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 0);
        publish(channel, 3);
        expectWhole(relay().session(2).recover(channel, left), left, 3);
    }

    @Test
    void aPositionOfAnotherEpochIsLost() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 3);
        JsonPeer back = relay().session(1);
        expectLost(back.recover(channel, new Position("another", 1)), left);
        publish(channel, 1);
        assertThat(back.event().getLong("offset")).isEqualTo(4);
    }

    @Test
    void aPositionInTheFutureIsLost() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 3);
        JsonPeer back = relay().session(1);
        expectLost(back.recover(channel, new Position(left.epoch(), 4)), left);
        publish(channel, 1);
        assertThat(back.event().getLong("offset")).isEqualTo(4);
    }

    @Test
    void itIsAllOrNothingWhereTheHistoryWasTrimmed() {
        String channel = ChannelKinds.fresh(ChannelKinds.SMALL);
        Position left = left(channel, 2);
        publish(channel, 5);
        expectWhole(relay().session(0).recover(channel, left), left, 5);
        publish(channel, 1);
        expectLost(relay().session(1).recover(channel, left), new Position(left.epoch(), 8));
        Position next = left.next();
        expectWhole(relay().session(2).recover(channel, next), next, 5);
    }

    @Test
    void whatHasExpiredIsLostAndWhoMissedNothingIsWhole() {
        String channel = ChannelKinds.fresh(ChannelKinds.BRIEF);
        Position left = left(channel, 1);
        publish(channel, 1);
        JsonPeer reader = relay().session(0);
        Eventually.holds(() -> assertThat(messages(expect("history", reader.ask(command("history", channel)))))
                .isEmpty());
        expectLost(relay().session(1).recover(channel, left), left.next());
        expectWhole(relay().session(1).recover(channel, left.next()), left.next(), 0);
    }

    @Test
    void anAnswerThatWouldBeTooLongForTheClientIsNone() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(channel, 1);
        JsonPeer publisher = relay().session(0);
        String large = "x".repeat(60_000);
        for (int n = 0; n < 8; n++) {
            publisher.publish(channel, large);
        }
        expectWhole(relay().session(1).recover(channel, left), left, 8);
        publisher.publish(channel, large);
        expectLost(relay().session(1).recover(channel, left), new Position(left.epoch(), 10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "\"e:5\"",
                "[]",
                "true",
                "{}",
                "{\"epoch\":\"e\"}",
                "{\"offset\":1}",
                "{\"epoch\":\"\",\"offset\":1}",
                "{\"epoch\":\"a b\",\"offset\":1}",
                "{\"epoch\":\"123456789012345678901234567890123\",\"offset\":1}",
                "{\"epoch\":1,\"offset\":1}",
                "{\"epoch\":\"e\",\"offset\":-1}",
                "{\"epoch\":\"e\",\"offset\":\"1\"}",
                "{\"epoch\":\"e\",\"offset\":1.5}",
                "{\"epoch\":\"e\",\"offset\":9999999999999999999}"
            })
    void aBrokenPositionIsRefused(String recover) {
        JsonPeer peer = relay().session(0);
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonObject answer =
                peer.ask("{\"type\":\"subscribe\",\"channel\":\"" + channel + "\",\"recover\":" + recover + "}");
        assertThat(answer.getString("code")).as("code of %s", answer).isEqualTo("bad_request");
        publish(channel, 1);
        peer.expectNothing();
    }

    @Test
    void fiftyChannelsComeBackInOneRoundTrip() {
        List<String> channels = IntStream.range(0, 50)
                .mapToObj(i -> ChannelKinds.fresh(ChannelKinds.KEPT))
                .toList();
        List<Position> positions =
                channels.stream().map(channel -> left(channel, 1)).toList();
        JsonArray list = new JsonArray();
        for (int i = 0; i < 50; i++) {
            publish(channels.get(i), i % 3);
            list.add(new JsonObject().put("channel", channels.get(i)).put("recover", json(positions.get(i))));
        }
        JsonObject answer =
                relay().session(1).ask(new JsonObject().put("type", "subscribe").put("channels", list));
        JsonArray outcomes = expect("subscribed", answer).getJsonArray("channels");
        assertThat(outcomes).hasSize(50);
        for (int i = 0; i < 50; i++) {
            JsonObject outcome = expect("subscribed", outcomes.getJsonObject(i));
            assertThat(outcome.getString("channel")).isEqualTo(channels.get(i));
            expectWhole(outcome, positions.get(i), i % 3);
        }
    }

    @Test
    void eachOfAListIsAnsweredAsIfAlone() {
        String whole = ChannelKinds.fresh(ChannelKinds.KEPT);
        String lost = ChannelKinds.fresh(ChannelKinds.KEPT);
        String plain = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position left = left(whole, 1);
        publish(whole, 2);
        publish(lost, 2);
        JsonArray list = new JsonArray()
                .add(new JsonObject().put("channel", whole).put("recover", json(left)))
                .add(new JsonObject().put("channel", lost).put("recover", json(new Position("another", 0))))
                .add(plain)
                .add(ChannelKinds.fresh(ChannelKinds.LIVE))
                .add(ChannelKinds.fresh(ChannelKinds.SECRET))
                .add("no channel");
        JsonArray outcomes = expect(
                        "subscribed",
                        relay().session(1)
                                .ask(new JsonObject().put("type", "subscribe").put("channels", list)))
                .getJsonArray("channels");
        expectWhole(outcomes.getJsonObject(0), left, 2);
        assertThat(outcomes.getJsonObject(1).getBoolean("recovered")).isFalse();
        assertThat(position(outcomes.getJsonObject(1)).offset()).isEqualTo(2);
        assertThat(position(outcomes.getJsonObject(2)).offset()).isZero();
        assertThat(outcomes.getJsonObject(2).fieldNames()).doesNotContain("recovered", "messages");
        assertThat(outcomes.getJsonObject(3).fieldNames()).doesNotContain("epoch", "offset");
        assertThat(outcomes.getJsonObject(4).getString("code")).isEqualTo("unauthorised");
        assertThat(outcomes.getJsonObject(5).getString("code")).isEqualTo("invalid_channel");
    }

    @Test
    void whoComesBackWhileOthersPublishMissesNothingAndGetsNothingTwice() throws Exception {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        AtomicBoolean enough = new AtomicBoolean();
        List<Thread> publishers = IntStream.range(0, 2)
                .mapToObj(i -> {
                    JsonPeer publisher = relay().session(i);
                    return new Thread(() -> {
                        while (!enough.get()) {
                            publisher.publish(channel, i);
                        }
                    });
                })
                .toList();
        JsonPeer peer = relay().session(0);
        Position position = position(peer.subscribe(channel));
        publishers.forEach(Thread::start);
        try {
            for (int round = 1; round <= 40; round++) {
                List<Long> got = new ArrayList<>(offsets(peer.events(5)));
                peer.peer().vanish();
                peer = relay().session(round);
                Position last = new Position(position.epoch(), position.offset() + got.size());
                JsonObject subscribed = peer.recover(channel, last);
                assertThat(subscribed.getBoolean("recovered")).as("recovered").isTrue();
                got.addAll(offsets(messages(subscribed)));
                assertThat(got).isEqualTo(from(position.offset() + 1, position.offset() + got.size()));
                position = new Position(position.epoch(), position.offset() + got.size());
                assertThat(position(subscribed)).isEqualTo(position);
            }
        } finally {
            enough.set(true);
            for (Thread publisher : publishers) {
                publisher.join();
            }
        }
    }

    @Test
    void whoUnsubscribesMayComeBackInTheSameSession() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer peer = relay().session(0);
        Position position = position(peer.subscribe(channel));
        expect("unsubscribed", peer.ask(command("unsubscribe", channel)));
        publish(channel, 3);
        peer.expectNothing();
        expectWhole(peer.recover(channel, position), position, 3);
        publish(channel, 1);
        assertThat(peer.event().getLong("offset")).isEqualTo(4);
    }

    @Test
    void aRawSocketOfAStoredChannelGetsEveryMessageOnceAndInOrder() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        WebSocketPeer raw = relay().raw(0, channel);
        publish(channel, 20);
        for (int n = 0; n < 20; n++) {
            raw.expectText("missed " + n);
        }
        raw.expectNothingBeforePong();
    }
}
