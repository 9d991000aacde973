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
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of channels, and read: on an instance of its own as on several. */
abstract class HistoryContract {
    abstract Relay relay();

    private static JsonObject history(String channel) {
        return command("history", channel);
    }

    private static JsonObject read(JsonPeer peer, JsonObject query) {
        return expect("history", peer.ask(query));
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** Publishes the numbers from 1 on, and returns where the last one has its place. */
    private static Position publish(JsonPeer peer, String channel, int count) {
        List<Integer> ids = IntStream.rangeClosed(1, count)
                .mapToObj(n -> peer.send(command("publish", channel).put("data", n)))
                .toList();
        List<JsonObject> answers = ids.stream()
                .map(peer::answer)
                .map(answer -> expect("published", answer))
                .toList();
        return position(answers.get(count - 1));
    }

    @Test
    void theMessagesOfAStoredChannelAreNumberedFromOne() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer subscriber = relay().session(0);
        Position start = position(subscriber.subscribe(channel));
        assertThat(start.offset()).isZero();
        JsonPeer publisher = relay().session(1);
        for (int n = 1; n <= 3; n++) {
            assertThat(publisher.publish(channel, n)).isEqualTo(new Position(start.epoch(), n));
            JsonObject event = subscriber.event();
            assertThat(event.getLong("offset")).isEqualTo(n);
            assertThat(event.getString("channel")).isEqualTo(channel);
            assertThat(event.getInteger("data")).isEqualTo(n);
            assertThat(event.getString("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        }
        assertThat(position(relay().session(2).subscribe(channel))).isEqualTo(new Position(start.epoch(), 3));
    }

    @Test
    void aLiveChannelHasNoPositions() {
        String channel = ChannelKinds.fresh(ChannelKinds.LIVE);
        JsonPeer subscriber = relay().session(0);
        assertThat(subscriber.subscribe(channel).fieldNames()).doesNotContain("epoch", "offset");
        JsonObject published = expect(
                "published", relay().session(1).ask(command("publish", channel).put("data", 1)));
        assertThat(published.fieldNames()).doesNotContain("epoch", "offset");
        assertThat(subscriber.event().fieldNames()).doesNotContain("epoch", "offset");
    }

    @Test
    void aBroadcastIsInNoHistory() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer subscriber = relay().session(0);
        subscriber.subscribe(channel);
        relay().session(1).tell(new JsonObject().put("type", "publish").put("data", "all"));
        assertThat(subscriber.event().fieldNames()).doesNotContain("offset");
        assertThat(messages(read(subscriber, history(channel)))).isEmpty();
    }

    @Test
    void aHistoryIsReadOldestFirstAndTellsWhereItsNewestIs() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position top = publish(relay().session(0), channel, 4);
        JsonObject page = read(relay().session(1), history(channel));
        assertThat(offsets(messages(page))).isEqualTo(from(1, 4));
        assertThat(data(messages(page))).isEqualTo(List.<Object>of(1, 2, 3, 4));
        assertThat(messages(page))
                .allSatisfy(message -> assertThat(message.getString("channel")).isEqualTo(channel));
        assertThat(page.getString("channel")).isEqualTo(channel);
        assertThat(position(page)).isEqualTo(top);
    }

    @Test
    void aChannelOnWhichNothingWasPublishedHasAnEmptyHistoryThatEndsAtZero() {
        JsonPeer reader = relay().session(0);
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonObject page = read(reader, history(channel));
        assertThat(messages(page)).isEmpty();
        assertThat(position(page).offset()).isZero();
    }

    @Test
    void lookingDoesNotBeginAHistoryAndSubscribingDoes() {
        JsonPeer reader = relay().session(0);
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position looked = position(read(reader, history(channel)));
        Position subscribed = position(reader.subscribe(channel));
        assertThat(subscribed.epoch()).isNotEqualTo(looked.epoch());
        assertThat(position(read(relay().session(1), history(channel)))).isEqualTo(subscribed);
    }

    @Test
    void aHistoryIsReadInPagesInEitherDirection() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position top = publish(relay().session(0), channel, 10);
        JsonPeer reader = relay().session(1);
        List<Long> forth = new ArrayList<>();
        List<Long> back = new ArrayList<>();
        for (int page = 0; page < 4; page++) {
            JsonObject on = history(channel).put("limit", 3);
            JsonObject down = history(channel).put("limit", 3).put("reverse", true);
            if (page > 0) {
                on.put("since", json(new Position(top.epoch(), forth.get(forth.size() - 1))));
                down.put("since", json(new Position(top.epoch(), back.get(back.size() - 1))));
            }
            forth.addAll(offsets(messages(read(reader, on))));
            back.addAll(offsets(messages(read(reader, down))));
        }
        assertThat(forth).isEqualTo(from(1, 10));
        assertThat(back)
                .isEqualTo(LongStream.rangeClosed(1, 10)
                        .map(offset -> 11 - offset)
                        .boxed()
                        .toList());
    }

    @Test
    void aHistoryBehindItsNewestMessageIsEmpty() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Position top = publish(relay().session(0), channel, 2);
        JsonObject page = read(relay().session(1), history(channel).put("since", json(top)));
        assertThat(messages(page)).isEmpty();
        assertThat(position(page)).isEqualTo(top);
    }

    @Test
    void aPageHasAHundredMessagesUnlessToldAndAThousandAtMost() {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        publish(relay().session(0), channel, 1_005);
        JsonPeer reader = relay().session(1);
        assertThat(offsets(messages(read(reader, history(channel))))).isEqualTo(from(6, 105));
        assertThat(offsets(messages(read(reader, history(channel).put("limit", 1)))))
                .isEqualTo(from(6, 6));
        assertThat(offsets(messages(read(reader, history(channel).put("limit", 1000)))))
                .isEqualTo(from(6, 1005));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "1.5", "\"5\"", "true", "[]", "9999999999999999999"})
    void aLimitIsAnIntegerFromOneToAThousand(String limit) {
        JsonObject answer = relay().session(0)
                .ask("{\"type\":\"history\",\"channel\":\"%s\",\"limit\":%s}"
                        .formatted(ChannelKinds.fresh(ChannelKinds.KEPT), limit));
        assertThat(answer.getString("code")).as("code of %s", answer).isEqualTo("bad_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"since\":{}",
                "\"since\":5",
                "\"since\":\"e:5\"",
                "\"since\":[]",
                "\"since\":{\"epoch\":\"e\"}",
                "\"since\":{\"offset\":1}",
                "\"since\":{\"epoch\":\"\",\"offset\":1}",
                "\"since\":{\"epoch\":\"a b\",\"offset\":1}",
                "\"since\":{\"epoch\":\"123456789012345678901234567890123\",\"offset\":1}",
                "\"since\":{\"epoch\":1,\"offset\":1}",
                "\"since\":{\"epoch\":\"e\",\"offset\":-1}",
                "\"since\":{\"epoch\":\"e\",\"offset\":\"1\"}",
                "\"since\":{\"epoch\":\"e\",\"offset\":1.5}",
                "\"since\":{\"epoch\":\"e\",\"offset\":9999999999999999999}",
                "\"reverse\":1",
                "\"reverse\":\"true\""
            })
    void aBrokenQueryIsRefused(String part) {
        JsonObject answer = relay().session(0)
                .ask("{\"type\":\"history\",\"channel\":\"%s\",%s}"
                        .formatted(ChannelKinds.fresh(ChannelKinds.KEPT), part));
        assertThat(answer.getString("code")).as("code of %s", answer).isEqualTo("bad_request");
    }

    @Test
    void aHistoryOfAnotherEpochIsUnrecoverable() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        publish(relay().session(0), channel, 2);
        relay().session(1).refused("unrecoverable", history(channel).put("since", json(new Position("another", 1))));
    }

    @Test
    void aLiveChannelHasNoHistoryToRead() {
        relay().session(0).refused("bad_request", history(ChannelKinds.fresh(ChannelKinds.LIVE)));
        relay().session(0).refused("invalid_channel", history("no channel"));
        relay().session(0).refused("bad_request", new JsonObject().put("type", "history"));
    }

    @Test
    void trimmingIsExact() {
        String channel = ChannelKinds.fresh(ChannelKinds.SMALL);
        JsonPeer publisher = relay().session(0);
        JsonPeer reader = relay().session(1);
        for (int n = 1; n <= 12; n++) {
            publisher.publish(channel, n);
            assertThat(offsets(messages(read(reader, history(channel))))).isEqualTo(from(Math.max(1, n - 4), n));
        }
    }

    @Test
    void allOfAHistoryExpiresAfterItsLastMessageAndItsPositionStays() {
        String channel = ChannelKinds.fresh(ChannelKinds.BRIEF);
        JsonPeer publisher = relay().session(0);
        JsonPeer reader = relay().session(1);
        Position top = publish(publisher, channel, 3);
        Eventually.holds(
                () -> assertThat(messages(read(reader, history(channel)))).isEmpty());
        assertThat(position(read(reader, history(channel)))).isEqualTo(top);
        assertThat(publisher.publish(channel, "next")).isEqualTo(top.next());
        assertThat(offsets(messages(read(reader, history(channel))))).containsExactly(4L);
    }

    @Test
    void dataIsReadAsItWasSpelled() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer peer = relay().session(0);
        String data = "{ \"b\" : 1.50,\"a\":[1e3 ,\"\\u00e4\"] }";
        expect("published", peer.ask("{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"data\":" + data + "}"));
        JsonPeer other = relay().session(1);
        other.peer().sendText("{\"type\":\"history\",\"channel\":\"" + channel + "\",\"id\":1}");
        assertThat(other.peer().text()).contains("\"data\":" + data + ",");
    }

    @Test
    void whatRawSocketsPublishIsKeptToo() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        WebSocketPeer raw = relay().raw(0, channel);
        raw.sendText("a \"text\"").expectText("a \"text\"");
        raw.sendBinary((byte) 0, (byte) -1).expectBinary((byte) 0, (byte) -1);
        List<JsonObject> messages = messages(read(relay().session(1), history(channel)));
        assertThat(offsets(messages)).isEqualTo(from(1, 2));
        assertThat(messages.get(0).getString("data")).isEqualTo("a \"text\"");
        assertThat(messages.get(1).getString("encoding")).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(messages.get(1).getString("data")))
                .containsExactly((byte) 0, (byte) -1);
    }

    @Test
    void aRepeatedKeyIsTheSameMessageWhereverItIsPublished() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer subscriber = relay().session(2);
        subscriber.subscribe(channel);
        Position first = relay().session(0).publish(channel, "one", "k");
        assertThat(relay().session(0).publish(channel, "again", "k")).isEqualTo(first);
        assertThat(relay().session(1).publish(channel, "again", "k")).isEqualTo(first);
        assertThat(relay().session(1).publish(channel, "two", "K")).isEqualTo(first.next());
        assertThat(data(subscriber.events(2))).isEqualTo(List.<Object>of("one", "two"));
        subscriber.expectNothing();
        assertThat(data(messages(read(subscriber, history(channel))))).isEqualTo(List.<Object>of("one", "two"));
    }

    @Test
    void aKeyIsRememberedWhenItsMessageIsTrimmed() {
        String channel = ChannelKinds.fresh(ChannelKinds.SMALL);
        JsonPeer publisher = relay().session(0);
        Position first = publisher.publish(channel, "keyed", "k");
        publish(publisher, channel, 6);
        assertThat(publisher.publish(channel, "keyed", "k")).isEqualTo(first);
        assertThat(offsets(messages(read(publisher, history(channel))))).isEqualTo(from(3, 7));
    }

    @Test
    void theSameKeyOnAnotherChannelIsAnotherMessage() {
        String one = ChannelKinds.fresh(ChannelKinds.KEPT);
        String two = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer publisher = relay().session(0);
        assertThat(publisher.publish(one, 1, "k").offset()).isEqualTo(1);
        assertThat(publisher.publish(two, 1, "k").offset()).isEqualTo(1);
        assertThat(messages(read(publisher, history(two)))).hasSize(1);
    }

    @Test
    void aKeyHasOneToAHundredAndTwentyEightBytes() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        JsonPeer peer = relay().session(0);
        for (String key : List.of("", "k".repeat(129), "ä".repeat(65))) {
            peer.refused(
                    "bad_request", command("publish", channel).put("data", 1).put("key", key));
        }
        peer.refused("bad_request", command("publish", channel).put("data", 1).put("key", 7));
        assertThat(peer.publish(channel, 1, "k".repeat(128)).offset()).isEqualTo(1);
        assertThat(peer.publish(channel, 1, "ä".repeat(64)).offset()).isEqualTo(2);
        assertThat(peer.publish(channel, 1, "a \"key\" {with}:* 🎺").offset()).isEqualTo(3);
        assertThat(peer.publish(channel, 1, "a \"key\" {with}:* 🎺").offset()).isEqualTo(3);
    }

    @Test
    void aKeyNeedsAChannelWithAHistory() {
        JsonPeer peer = relay().session(0);
        String live = ChannelKinds.fresh(ChannelKinds.LIVE);
        peer.refused("bad_request", command("publish", live).put("data", 1).put("key", "k"));
        peer.refused(
                "bad_request",
                new JsonObject().put("type", "publish").put("data", 1).put("key", "k"));
    }

    @Test
    void allSubscribersOfAllInstancesSeeOneOrder() {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        int each = 200;
        List<JsonPeer> publishers =
                IntStream.range(0, 3).mapToObj(relay()::session).toList();
        List<JsonPeer> subscribers =
                IntStream.range(0, 3).mapToObj(relay()::session).toList();
        subscribers.forEach(subscriber -> subscriber.subscribe(channel));
        for (int n = 0; n < each; n++) {
            for (int p = 0; p < 3; p++) {
                publishers.get(p).tell(command("publish", channel).put("data", p + ":" + n));
            }
        }
        List<Object> order = data(subscribers.get(0).events(3 * each));
        for (int p = 0; p < 3; p++) {
            String prefix = p + ":";
            assertThat(order.stream().map(Object::toString).filter(text -> text.startsWith(prefix)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, each).mapToObj(n -> prefix + n).toList());
        }
        for (JsonPeer subscriber : subscribers.subList(1, 3)) {
            List<JsonObject> events = subscriber.events(3 * each);
            assertThat(data(events)).isEqualTo(order);
            assertThat(offsets(events)).isEqualTo(from(1, 3L * each));
        }
        JsonObject kept = read(publishers.get(0), history(channel).put("limit", 1000));
        assertThat(data(messages(kept))).isEqualTo(order);
    }

    @Test
    void whoComesToACacheChannelGetsItsNewestMessageAtOnce() {
        String channel = ChannelKinds.fresh(ChannelKinds.LAST);
        JsonPeer early = relay().session(0);
        early.subscribe(channel);
        early.expectNothing();
        publish(relay().session(1), channel, 3);
        assertThat(data(early.events(3))).isEqualTo(List.<Object>of(1, 2, 3));
        JsonPeer late = relay().session(2);
        Position top = position(late.subscribe(channel));
        JsonObject event = late.event();
        assertThat(event.getInteger("data")).isEqualTo(3);
        assertThat(event.getLong("offset")).isEqualTo(top.offset()).isEqualTo(3);
        late.expectNothing();
        relay().raw(1, channel).expectText("3");
    }

    @Test
    void whoHasTheNewestMessageOfACacheChannelDoesNotGetItAgain() {
        String channel = ChannelKinds.fresh(ChannelKinds.LAST);
        Position top = publish(relay().session(0), channel, 3);
        JsonPeer back = relay().session(1);
        JsonObject subscribed = back.recover(channel, top);
        assertThat(subscribed.getBoolean("recovered")).isTrue();
        assertThat(messages(subscribed)).isEmpty();
        back.expectNothing();
    }

    @Test
    void whoSubscribesTwiceGetsTheNewestMessageOnce() {
        String channel = ChannelKinds.fresh(ChannelKinds.LAST);
        publish(relay().session(0), channel, 1);
        JsonPeer peer = relay().session(1);
        peer.subscribe(channel);
        assertThat(peer.event().getInteger("data")).isEqualTo(1);
        peer.subscribe(channel);
        peer.expectNothing();
    }

    @Test
    void aHistoryIsForWhoMaySubscribe() {
        String channel = ChannelKinds.fresh(ChannelKinds.SECRET);
        JsonPeer peer = relay().session(0);
        peer.publish(channel, 1);
        peer.refused("unauthorised", history(channel));
        peer.refused("unauthorised", command("subscribe", channel));
    }
}
