package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes by an event stream, and what comes again to who comes back: on an instance of its own as on several. */
abstract class EventStreamContract {
    abstract Relay relay();

    private EventStreamPeer open(int index, String... channels) {
        return relay().keep(EventStreamPeer.open(relay().instance(index % relay().size()), channels));
    }

    private EventStreamPeer resume(int index, String id, String... channels) {
        return relay().keep(EventStreamPeer.resume(relay().instance(index % relay().size()), id, channels));
    }

    private static List<JsonObject> outcomes(EventStreamPeer stream) {
        return stream.next("open").getJsonArray("channels").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private Position publish(String channel, int first, int last) {
        JsonPeer publisher = relay().session(1);
        @Nullable Position position = null;
        for (int n = first; n <= last; n++) {
            position = publisher.publish(channel, n);
        }
        return Objects.requireNonNull(position);
    }

    private static void expect(EventStreamPeer stream, String channel, int first, int last) {
        for (int n = first; n <= last; n++) {
            JsonObject event = stream.next("event");
            assertThat(event.getString("channel")).isEqualTo(channel);
            assertThat(event.getInteger("data")).isEqualTo(n);
        }
    }

    @Test
    void messagesComeAsOnAWebSocketAndWithoutAHistoryHaveNoId() {
        String channel = ChannelKinds.fresh(ChannelKinds.LIVE);
        EventStreamPeer stream = open(0, channel);
        JsonPeer socket = relay().session(0);
        socket.subscribe(channel);
        JsonObject open = stream.next("open");
        assertThat(open.getString("session")).isEqualTo(stream.head().header("Fanfare-Session"));
        assertThat(open.getJsonArray("channels").getJsonObject(0)).isEqualTo(command("subscribed", channel));
        JsonPeer publisher = relay().session(1);
        publisher.tell(command("publish", channel).put("data", new JsonObject().put("text", "ünï 😀\n\r")));
        assertThat(stream.next("event")).isEqualTo(socket.event());
        publisher.peer().sendText("{\"type\":\"publish\",\"channel\":\"" + channel + "\",\"data\":[1,\r\n 2.50\n]}");
        assertThat(stream.next("event")).isEqualTo(socket.event());
        assertThat(stream.lastEventId()).isEmpty();
    }

    @Test
    void aBroadcastReachesStreams() {
        EventStreamPeer stream = open(0, ChannelKinds.fresh(ChannelKinds.KEPT));
        stream.next("open");
        relay().session(1).tell(new JsonObject().put("type", "publish").put("data", "all"));
        assertThat(stream.next("event").getString("data")).isEqualTo("all");
    }

    @Test
    void eachMessageOfASingleChannelTellsItsPosition() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        EventStreamPeer stream = open(0, channel);
        Position start = position(outcomes(stream).get(0));
        stream.awaitId(start.toString());
        publish(channel, 1, 2);
        expect(stream, channel, 1, 1);
        assertThat(stream.lastEventId()).isEqualTo(start.epoch() + ":1");
        expect(stream, channel, 2, 2);
        assertThat(stream.lastEventId()).isEqualTo(start.epoch() + ":2");
    }

    @Test
    void whoComesBackToAChannelGetsWhatItMissedOnceAndInOrder() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        EventStreamPeer stream = open(0, channel);
        stream.next("open");
        publish(channel, 1, 3);
        expect(stream, channel, 1, 2);
        stream.vanish();
        Position top = publish(channel, 4, 5);
        EventStreamPeer back = resume(2, stream.lastEventId(), channel);
        JsonObject outcome = outcomes(back).get(0);
        assertThat(outcome.getBoolean("recovered")).isTrue();
        assertThat(outcome.containsKey("messages")).isFalse();
        assertThat(position(outcome)).isEqualTo(top);
        assertThat(back.lastEventId())
                .as("nothing is claimed that has not come")
                .isEmpty();
        expect(back, channel, 3, 5);
        publish(channel, 6, 6);
        expect(back, channel, 6, 6);
    }

    @Test
    void whoComesBackToSeveralChannelsGetsWhatItMissedOfEach() {
        String one = ChannelKinds.fresh(ChannelKinds.KEPT);
        String two = ChannelKinds.fresh(ChannelKinds.KEPT);
        String live = ChannelKinds.fresh(ChannelKinds.LIVE);
        EventStreamPeer stream = open(0, one, live, two);
        List<JsonObject> outcomes = outcomes(stream);
        String first = position(outcomes.get(0)).epoch();
        String second = position(outcomes.get(2)).epoch();
        stream.awaitId("%s=%s:0,%s=%s:0".formatted(one, first, two, second));
        publish(one, 1, 1);
        expect(stream, one, 1, 1);
        stream.awaitId("%s=%s:1,%s=%s:0".formatted(one, first, two, second));
        stream.vanish();
        publish(one, 2, 3);
        publish(two, 1, 2);
        EventStreamPeer back = resume(1, stream.lastEventId(), one, two);
        assertThat(outcomes(back)).allSatisfy(outcome -> assertThat(outcome.getBoolean("recovered"))
                .isTrue());
        expect(back, one, 2, 3);
        expect(back, two, 1, 2);
        back.awaitId("%s=%s:3,%s=%s:2".formatted(one, first, two, second));
    }

    @Test
    void whatCanNotBeHadIsToldAndTheStreamBeginsAtThePresent() {
        String channel = ChannelKinds.fresh(ChannelKinds.SMALL);
        EventStreamPeer stream = open(0, channel);
        stream.next("open");
        publish(channel, 1, 1);
        expect(stream, channel, 1, 1);
        stream.vanish();
        Position top = publish(channel, 2, 9);
        EventStreamPeer back = resume(1, stream.lastEventId(), channel);
        JsonObject outcome = outcomes(back).get(0);
        assertThat(outcome.getBoolean("recovered")).isFalse();
        assertThat(position(outcome)).isEqualTo(top);
        back.awaitId(top.toString());
        publish(channel, 10, 10);
        expect(back, channel, 10, 10);
    }

    @Test
    void whoBeginsWithTheNewestMessageGetsItBehindTheOpening() {
        String channel = ChannelKinds.fresh(ChannelKinds.LAST);
        Position top = publish(channel, 1, 3);
        EventStreamPeer stream = open(0, channel);
        stream.next("open");
        expect(stream, channel, 3, 3);
        assertThat(stream.lastEventId()).isEqualTo(top.toString());
    }

    @Test
    void whoComesBackWhileOthersPublishMissesNothingAndGetsNothingTwice() throws Exception {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        EventStreamPeer stream = open(0, channel);
        stream.next("open");
        Thread publisher = new Thread(() -> publish(channel, 1, 400));
        publisher.start();
        int next = 1;
        for (int round = 1; next <= 400; round++) {
            int last = Math.min(next + 9, 400);
            expect(stream, channel, next, last);
            next = last + 1;
            stream.vanish();
            if (next <= 400) {
                stream = resume(round, stream.lastEventId(), channel);
                assertThat(outcomes(stream).get(0).getBoolean("recovered")).isTrue();
            }
        }
        publisher.join();
    }

    @Test
    void aThousandStreamsGetWhatAWebSocketGets() {
        String channel = ChannelKinds.fresh(ChannelKinds.LONG);
        JsonPeer socket = relay().session(0);
        socket.subscribe(channel);
        List<EventStreamPeer> streams =
                IntStream.range(0, 1_000).mapToObj(i -> open(i, channel)).toList();
        streams.forEach(stream -> stream.next("open"));
        publish(channel, 1, 20);
        List<JsonObject> expected = socket.events(20);
        for (EventStreamPeer stream : streams) {
            for (JsonObject event : expected) {
                assertThat(stream.next()).isEqualTo(event);
            }
        }
    }
}
