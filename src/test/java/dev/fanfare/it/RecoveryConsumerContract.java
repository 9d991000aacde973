package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber that names itself goes on behind what it acknowledged: on an instance of its own as on several. */
abstract class RecoveryConsumerContract {
    abstract Relay relay();

    private JsonPeer user(int index, String name) {
        return relay().keep(JsonPeer.on(relay().instance(index % relay().size()), name));
    }

    private static JsonObject consume(JsonPeer peer, String channel, String consumer) {
        return expect("subscribed", peer.ask(command("subscribe", channel).put("consumer", consumer)));
    }

    private void publish(String channel, int count) {
        JsonPeer publisher = relay().session(1);
        for (int n = 0; n < count; n++) {
            publisher.publish(channel, n);
        }
    }

    private static void acknowledge(JsonPeer peer, String channel, long offset) {
        peer.tell(command("ack", channel).put("offset", offset));
        peer.expectNothing();
    }

    private static void expectRecovered(JsonObject subscribed, Long... offsets) {
        assertThat(subscribed.getBoolean("recovered"))
                .as("recovered in %s", subscribed)
                .isTrue();
        assertThat(offsets(messages(subscribed))).containsExactly(offsets);
    }

    /** Comes back again and again until this is what it gets: an acknowledgement is not answered, and takes its time. */
    private void awaitRecovered(String user, String channel, String consumer, Long... offsets) {
        Eventually.holds(() -> {
            try (JsonPeer back = JsonPeer.on(relay().instance(relay().size() - 1), user)) {
                expectRecovered(consume(back, channel, consumer), offsets);
            }
        });
    }

    @Test
    void aNewConsumerBeginsWithWhatIsNew() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        publish(channel, 3);
        JsonPeer peer = user(0, "ann");
        JsonObject subscribed = consume(peer, channel, "c");
        expectRecovered(subscribed);
        assertThat(position(subscribed).offset()).isEqualTo(3);
        publish(channel, 1);
        assertThat(peer.event().getLong("offset")).isEqualTo(4);
    }

    @Test
    void whoAcknowledgedNothingGoesOnWhereItBegan() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        publish(channel, 1);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        publish(channel, 2);
        peer.events(2);
        peer.peer().vanish();
        expectRecovered(consume(user(1, "ann"), channel, "c"), 2L, 3L);
    }

    @Test
    void whoComesBackGoesOnBehindWhatItAcknowledgedLast() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        publish(channel, 4);
        peer.events(4);
        acknowledge(peer, channel, 1);
        acknowledge(peer, channel, 2);
        peer.peer().vanish();
        awaitRecovered("ann", channel, "c", 3L, 4L);
        publish(channel, 1);
        expectRecovered(consume(user(1, "ann"), channel, "c"), 3L, 4L, 5L);
    }

    @Test
    void anAcknowledgementNeverGoesBackNorAhead() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        publish(channel, 3);
        peer.events(3);
        acknowledge(peer, channel, 2);
        acknowledge(peer, channel, 1);
        acknowledge(peer, channel, 50);
        peer.peer().vanish();
        awaitRecovered("ann", channel, "c", 3L);
    }

    @Test
    void consumersOfOtherNamesAndOfOtherUsersAreOthers() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        consume(user(0, "ann"), channel, "d");
        consume(user(1, "bob"), channel, "c");
        consume(relay().session(1), channel, "c");
        publish(channel, 2);
        peer.events(2);
        acknowledge(peer, channel, 2);
        awaitRecovered("ann", channel, "c");
        expectRecovered(consume(user(1, "ann"), channel, "d"), 1L, 2L);
        expectRecovered(consume(user(0, "bob"), channel, "c"), 1L, 2L);
        expectRecovered(consume(relay().session(0), channel, "c"), 1L, 2L);
    }

    @Test
    void aPositionGoesBeforeWhatWasAcknowledged() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonPeer peer = user(0, "ann");
        Position start = position(consume(peer, channel, "c"));
        publish(channel, 3);
        peer.events(3);
        acknowledge(peer, channel, 1);
        peer.peer().vanish();
        awaitRecovered("ann", channel, "c", 2L, 3L);
        Position second = new Position(start.epoch(), 2);
        JsonObject subscribed = expect(
                "subscribed",
                user(1, "ann")
                        .ask(command("subscribe", channel).put("consumer", "c").put("recover", json(second))));
        expectRecovered(subscribed, 3L);
    }

    @Test
    void aConsumerWhoseMessagesWereTrimmedIsToldSo() {
        String channel = ChannelKinds.fresh(ChannelKinds.SHORT_WORK);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        peer.peer().vanish();
        publish(channel, 4);
        JsonObject subscribed = consume(user(1, "ann"), channel, "c");
        assertThat(subscribed.getBoolean("recovered")).isFalse();
        assertThat(messages(subscribed)).isEmpty();
        assertThat(position(subscribed).offset()).isEqualTo(4);
    }

    @Test
    void consumersComeBackInAListToo() {
        String one = ChannelKinds.fresh(ChannelKinds.WORK);
        String two = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonArray list = new JsonArray()
                .add(new JsonObject().put("channel", one).put("consumer", "c"))
                .add(new JsonObject().put("channel", two).put("consumer", "c"));
        JsonObject subscribe = new JsonObject().put("type", "subscribe").put("channels", list);
        expect("subscribed", user(0, "ann").ask(subscribe));
        publish(one, 1);
        publish(two, 2);
        JsonArray outcomes = expect("subscribed", user(1, "ann").ask(subscribe)).getJsonArray("channels");
        expectRecovered(outcomes.getJsonObject(0), 1L);
        expectRecovered(outcomes.getJsonObject(1), 1L, 2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b\"", "\"ä\"", "\"a/b\"", "5", "{}", "true"})
    void aConsumerHasAName(String consumer) {
        JsonObject answer = user(0, "ann")
                .ask("{\"type\":\"subscribe\",\"channel\":\"%s\",\"consumer\":%s}"
                        .formatted(ChannelKinds.fresh(ChannelKinds.WORK), consumer));
        assertThat(answer.getString("code")).as("code of %s", answer).isEqualTo("bad_request");
    }

    @Test
    void aConsumersNameHasUpToAHundredAndTwentyEightCharacters() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        consume(user(0, "ann"), channel, "aZ09_.:-".repeat(16));
        user(0, "ann").refused("bad_request", command("subscribe", channel).put("consumer", "c".repeat(129)));
    }

    @Test
    void aConsumerNeedsARuleForIt() {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        user(0, "ann").refused("bad_request", command("subscribe", channel).put("consumer", "c"));
    }

    @Test
    void whatOneIsNotSubscribedToOneDoesNotAcknowledge() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        user(0, "ann").refused("not_subscribed", command("ack", channel).put("offset", 1));
    }

    @Test
    void anAcknowledgementNamesAnOffset() {
        String channel = ChannelKinds.fresh(ChannelKinds.WORK);
        JsonPeer peer = user(0, "ann");
        consume(peer, channel, "c");
        for (Object offset : List.of(-1, "1", 1.5, true)) {
            peer.refused("bad_request", command("ack", channel).put("offset", offset));
        }
        peer.refused("bad_request", command("ack", channel));
    }
}
