package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams whose readers don't take what they are sent: nobody waits for them, and they are treated as sockets are. */
class SlowEventStreamIT {
    @RegisterExtension
    static final SharedInstance SERVER =
            SharedInstance.with("""
            channels=[
              {"match": "deep:*", "history-size": 10000},
              {"match": "shallow:*", "history-size": 20},
              {"match": "price:*", "history-size": 10000, "conflate": true}
            ]""", "session.send-limit=256KiB", "session.write-timeout=1h");

    private static final int MESSAGES = 400;
    private static final String PADDING = "x".repeat(50_000);

    private static EventStreamPeer slow(String... channels) {
        HttpPeer http = HttpPeer.to(SERVER.port(), 64 << 10);
        return SERVER.keep(EventStreamPeer.open(http, SERVER.port(), EventStreamPeer.query(channels), Map.of()));
    }

    /** Publishes 20 MB, each message when a subscriber has got the one before. */
    private static void publish(String channel) {
        JsonPeer publisher = SERVER.keep(JsonPeer.on(SERVER.instance()));
        WebSocketPeer reader = SERVER.connect("/raw/" + channel).answeringPings();
        for (int n = 0; n < MESSAGES; n++) {
            String data = n + " " + PADDING;
            publisher.tell(JsonPeer.command("publish", channel).put("data", data));
            reader.expectText(data);
        }
    }

    private static int number(JsonObject event) {
        String data = event.getString("data");
        return Integer.parseInt(data.substring(0, data.indexOf(' ')));
    }

    @Test
    void onAChannelWithoutAHistoryTheSlowAreCutOff() {
        EventStreamPeer slow = slow("live");
        slow.next("open");
        publish("live");
        int expected = 0;
        JsonObject event = slow.next();
        while (event.getString("type").equals("event")) {
            assertThat(number(event)).isEqualTo(expected++);
            event = slow.next();
        }
        assertThat(event.getInteger("code")).isEqualTo(4001);
        assertThat(expected).isBetween(1, MESSAGES - 1);
        slow.wire().expectEnd();
    }

    @Test
    void onAChannelWithAHistoryTheyCatchUpAndEachIdIsOfWhatHasCome() {
        EventStreamPeer slow = slow("deep:1");
        slow.next("open");
        publish("deep:1");
        for (int n = 0; n < MESSAGES; n++) {
            assertThat(number(slow.next("event"))).isEqualTo(n);
            assertThat(slow.lastEventId()).endsWith(":" + (n + 1));
        }
    }

    /** Broken off anywhere, and taken up with the id of that moment, nothing is lost. */
    @Test
    void aStreamOfSeveralChannelsNeverClaimsWhatItHasNotWritten() {
        EventStreamPeer slow = slow("deep:2", "deep:3");
        slow.next("open");
        publish("deep:2");
        int told = 0;
        for (int n = 0; n < MESSAGES; n++) {
            assertThat(number(slow.next("event"))).isEqualTo(n);
            String id = slow.lastEventId();
            assertThat(id).matches("deep:2=\\w+:\\d+,deep:3=\\w+:0");
            int claimed = Integer.parseInt(id.replaceAll("deep:2=\\w+:(\\d+),.*", "$1"));
            assertThat(claimed)
                    .as("what the id claims when message %d has come", n)
                    .isBetween(told, n);
            told = claimed;
        }
        assertThat(told).as("ids come on the way").isPositive();
        String epoch = slow.lastEventId().replaceAll("deep:2=(\\w+):.*", "$1");
        String other = slow.lastEventId().replaceAll(".*deep:3=(\\w+):.*", "$1");
        slow.awaitId("deep:2=%s:%d,deep:3=%s:0".formatted(epoch, MESSAGES, other));
    }

    @Test
    void whoIsSlowerThanTheHistoryIsLongIsSentAway() {
        EventStreamPeer slow = slow("shallow:1", "live:2");
        slow.next("open");
        publish("shallow:1");
        int expected = 0;
        JsonObject event = slow.next();
        while (event.getString("type").equals("event")) {
            assertThat(number(event)).isEqualTo(expected++);
            event = slow.next();
        }
        assertThat(event.getInteger("code")).isEqualTo(4001);
        assertThat(expected).isBetween(1, MESSAGES - 20);
    }

    @Test
    void whoWantsTheNewestAloneGetsIt() {
        EventStreamPeer slow = slow("price:1", "price:2");
        slow.next("open");
        publish("price:1");
        int last = -1;
        int got = 0;
        while (last < MESSAGES - 1) {
            int number = number(slow.next("event"));
            assertThat(number).isGreaterThan(last);
            last = number;
            got++;
        }
        assertThat(got).isLessThan(MESSAGES);
    }
}
