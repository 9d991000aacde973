package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who sends too many bytes, or subscribes too often. A byte a second is due, or a subscription: less than any test waits for. */
class SessionRateTest {
    private static final String[] BYTES = {
        "server.max-message-size=1KiB", "session.byte-rate=1B", "session.byte-burst=1KiB"
    };
    private static final int SUBSCRIPTIONS = 100;

    @Test
    void bytesBeyondTheRateAreAnsweredOnJson() {
        try (Instance server = Instance.start(BYTES);
                Bystander bystander = Bystander.of(server.port());
                WebSocketPeer peer = server.connect("/ws")) {
            peer.sendText(ping(1, 512)).sendText(ping(2, 512)).sendText(ping(3, 512));
            assertThat(peer.text()).contains("\"pong\"").contains("\"id\":1");
            assertThat(peer.text()).contains("\"pong\"").contains("\"id\":2");
            assertThat(peer.text())
                    .contains("\"id\":3")
                    .contains("\"code\":\"rate_limited\"")
                    .contains("more than 1 bytes of messages a second");
            bystander.expectUndisturbed();
            assertThat(server.metric("fanfare_limited_total{limit=\"byte_rate\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("fanfare_dropped_total{reason=\"rate_limited\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void bytesBeyondTheRateEndARawSocket() {
        try (Instance server = Instance.start(BYTES);
                Bystander bystander = Bystander.of(server.port());
                WebSocketPeer peer = server.connect("/")) {
            String whole = "x".repeat(1_024);
            peer.sendText(whole).expectText(whole);
            peer.sendBinary().expectBinary();
            peer.sendText("x".repeat(512));
            assertThat(peer.expectClose(1008).closeReason()).isEqualTo("rate_limited");
            bystander.expectUndisturbed();
        }
    }

    @Test
    void bytesCountAsTheyAreOnceInflated() {
        try (Instance server = Instance.start(BYTES);
                WebSocketPeer peer = WebSocketPeer.to(server.port()).connectCompressing("/ws")) {
            Frame small = Frame.text(ping(1, 1_024)).compressed();
            assertThat(small.payload()).hasSizeLessThan(100);
            peer.send(small, small);
            assertThat(peer.frame().inflated().text()).contains("\"pong\"");
            assertThat(peer.frame().inflated().text()).contains("\"code\":\"rate_limited\"");
        }
    }

    /** With white space to the length. */
    private static String ping(int id, int length) {
        String ping = "{\"type\":\"ping\",\"id\":" + id + "}";
        return ping + " ".repeat(length - ping.length());
    }

    @Test
    void everyChannelOfAListCountsAndIsAnsweredAsIfItWereAlone() {
        try (Instance server = Instance.start("session.subscribe-rate=1", "session.subscribe-burst=5");
                Bystander bystander = Bystander.of(server.port());
                WebSocketPeer peer = server.connect("/ws")) {
            long start = System.nanoTime();
            peer.sendText("{\"type\":\"subscribe\",\"channel\":\"first\",\"id\":1}");
            assertThat(peer.text()).contains("\"subscribed\"").contains("\"first\"");
            String names = IntStream.range(0, SUBSCRIPTIONS)
                    .mapToObj(i -> "\"c" + i + "\"")
                    .collect(Collectors.joining(","));
            peer.sendText("{\"type\":\"subscribe\",\"channels\":[\"no name\",\"c0\",\"c0\"," + names + "],\"id\":2}");
            String[] outcomes = peer.text().split("\\},\\{", -1);
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            assertThat(outcomes).hasSize(1 + SUBSCRIPTIONS);
            assertThat(outcomes[0]).contains("\"invalid_channel\"");
            assertThat(Arrays.copyOfRange(outcomes, 1, 5))
                    .as("one of the burst of five was taken before")
                    .allMatch(outcome -> outcome.contains("\"subscribed\""));
            long refused = Arrays.stream(outcomes)
                    .filter(outcome -> outcome.contains("\"code\":\"rate_limited\",\"data\":\"more than 1 channels"))
                    .count();
            assertThat(refused).isBetween(SUBSCRIPTIONS - 4 - seconds, SUBSCRIPTIONS - 4L);
            assertThat(server.metric("fanfare_limited_total{limit=\"subscribe_rate\"}"))
                    .isEqualTo((double) refused);
            bystander.expectUndisturbed();
            peer.sendText("{\"type\":\"publish\",\"channel\":\"c3\",\"data\":1}");
            assertThat(peer.text()).contains("\"event\"").contains("\"c3\"");
        }
    }

    @Test
    void aRawSocketsOwnChannelDoesNotCount() {
        try (Instance server = Instance.start("session.subscribe-rate=1", "session.subscribe-burst=1");
                WebSocketPeer one = server.connect("/raw/a");
                WebSocketPeer two = server.connect("/raw/a")) {
            one.sendText("both").expectText("both");
            two.expectText("both");
        }
    }
}
