package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A reader that has stopped for good holds its place no longer than {@code session.pong-timeout}, though it is below every limit. */
class StalledEventStreamIT {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            "session.send-limit=1GiB",
            "session.ping-interval=200ms",
            "session.pong-timeout=1s",
            "session.write-timeout=100ms");

    @Test
    void whoTakesNothingIsCutOffAndWhoIsMerelySilentIsNot() {
        EventStreamPeer silent = SERVER.keep(EventStreamPeer.open(SERVER.instance(), "silent"));
        silent.next("open");
        EventStreamPeer stalled = SERVER.keep(EventStreamPeer.open(
                HttpPeer.to(SERVER.port(), 4096), SERVER.port(), EventStreamPeer.query("stalled"), Map.of()));
        stalled.next("open");
        WebSocketPeer publisher = SERVER.connect("/raw/stalled").answeringPings();
        String message = "x".repeat(60_000);
        for (int i = 0; i < 200; i++) {
            publisher.sendText(message).expectText(message);
        }
        Eventually.holds(
                () -> assertThat(SERVER.instance().metric("fanfare_disconnections_total{reason=\"slow_consumer\"}"))
                        .isEqualTo(1));
        silent.awaitComments(5);
        silent.close();
        stalled.vanish();
    }
}
