package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Relay;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is slow on a stored channel catches up at its own pace, and nobody waits for it: on an instance of its own as on several. */
abstract class SlowCatchUpContract {
    static final String RULES = """
            channels=[
              {"match": "deep:*", "history-size": 10000},
              {"match": "shallow:*", "history-size": 20},
              {"match": "price:*", "history-size": 10000, "conflate": true},
              {"match": "live:*", "conflate": true}
            ]""";
    static final String LIMIT = "session.send-limit=256KiB";

    private static final int MESSAGES = 1_000;
    private static final String PADDING = "x".repeat(50 * 1024 * 1024 / MESSAGES);

    abstract Relay relay();

    /** A subscriber that takes little before it has to be read. */
    private JsonPeer slow(int index, String channel) {
        int port = relay().instance(index % relay().size()).port();
        WebSocketPeer.Dial dial = WebSocketPeer.to(port).receiveBuffer(64 * 1024);
        JsonPeer peer = relay().keep(JsonPeer.on(UpgradeRequest.to(port, "/ws"), dial));
        peer.subscribe(channel);
        return peer;
    }

    /** Publishes 50 MiB, each message when a subscriber has got the one before, and returns how long the longest took. */
    private Duration publishToOneWhoReads(String channel) {
        JsonPeer publisher = relay().session(0);
        JsonPeer reader = relay().session(1);
        reader.subscribe(channel);
        long longest = 0;
        for (int n = 0; n < MESSAGES; n++) {
            long begin = System.nanoTime();
            publisher.tell(command("publish", channel).put("data", data(n)));
            assertThat(number(reader.event())).isEqualTo(n);
            longest = Math.max(longest, System.nanoTime() - begin);
        }
        publisher.expectNothing();
        return Duration.ofNanos(longest);
    }

    private static String data(int number) {
        return number + " " + PADDING;
    }

    private static int number(JsonObject event) {
        String data = event.getString("data");
        return Integer.parseInt(data.substring(0, data.indexOf(' ')));
    }

    @Test
    void whoReadsAfterFiftyMebibytesGetsAllOfThemOnceAndInOrderAndThenWhatIsNew() {
        String channel = ChannelKinds.fresh("deep");
        JsonPeer slow = slow(1, channel);
        assertThat(publishToOneWhoReads(channel))
                .as("nobody waits for who is slow")
                .isLessThan(Duration.ofSeconds(5));
        for (int n = 0; n < MESSAGES; n++) {
            JsonObject event = slow.event();
            assertThat(number(event)).isEqualTo(n);
            assertThat(event.getLong("offset")).isEqualTo(n + 1);
        }
        JsonPeer publisher = relay().session(0);
        publisher.publish(channel, "new 1");
        publisher.publish(channel, "new 2");
        assertThat(slow.event().getString("data")).isEqualTo("new 1");
        assertThat(slow.event().getString("data")).isEqualTo("new 2");
        slow.expectNothing();
    }

    @Test
    void whoReadsWhileOthersPublishCatchesUpAndIsLiveAgain() {
        String channel = ChannelKinds.fresh("deep");
        JsonPeer slow = slow(0, channel);
        JsonPeer publisher = relay().session(1);
        int sent = 0;
        for (int got = 0; got < 400; got++) {
            while (sent < Math.min(400, got + 100)) {
                publisher.publish(channel, data(sent++));
            }
            assertThat(number(slow.event())).isEqualTo(got);
        }
        slow.expectNothing();
        publisher.publish(channel, "live");
        assertThat(slow.event().getString("data")).isEqualTo("live");
    }

    @Test
    void aRawSocketCatchesUpToo() {
        String channel = ChannelKinds.fresh("deep");
        int port = relay().instance(0).port();
        WebSocketPeer slow =
                relay().keep(WebSocketPeer.to(port).receiveBuffer(64 * 1024).connect("/raw/" + channel));
        slow.answeringPings();
        assertThat(publishToOneWhoReads(channel)).isLessThan(Duration.ofSeconds(5));
        for (int n = 0; n < MESSAGES; n++) {
            slow.expectText(data(n));
        }
        slow.expectNothingBeforePong();
    }

    @Test
    void whoIsSlowerThanTheHistoryIsLongIsSentAway() {
        String channel = ChannelKinds.fresh("shallow");
        JsonPeer slow = slow(1, channel);
        assertThat(publishToOneWhoReads(channel)).isLessThan(Duration.ofSeconds(5));
        int expected = 0;
        Frame frame = slow.peer().frame();
        while (frame.opcode() == Frame.TEXT) {
            assertThat(number(new JsonObject(frame.text()))).isEqualTo(expected++);
            frame = slow.peer().frame();
        }
        assertThat(frame.opcode()).isEqualTo(Frame.CLOSE);
        assertThat(frame.closeCode()).isEqualTo(4001);
        assertThat(expected).isBetween(1, MESSAGES - 20);
        Eventually.holds(() -> assertThat(relay().instance(1 % relay().size()).metric("fanfare_subscriptions"))
                .as("subscriptions where it was, but for the reader's")
                .isEqualTo(1));
    }

    @Test
    void whoWantsTheNewestAloneGetsItAsSoonAsItTakesOneAndNeverAnOlderOneAfterIt() {
        for (String kind : List.of("price", "live")) {
            String channel = ChannelKinds.fresh(kind);
            JsonPeer slow = slow(1, channel);
            assertThat(publishToOneWhoReads(channel)).isLessThan(Duration.ofSeconds(5));
            List<Integer> got = new ArrayList<>();
            do {
                got.add(number(slow.event()));
            } while (got.get(got.size() - 1) < MESSAGES - 1);
            assertThat(got).as("what came on %s", channel).isSorted().doesNotHaveDuplicates();
            assertThat(got).as("nearly all were passed over").hasSizeLessThan(MESSAGES / 2);
            slow.expectNothing();
            relay().session(0).tell(command("publish", channel).put("data", "new"));
            assertThat(slow.event().getString("data")).isEqualTo("new");
        }
    }
}
