package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Deflate;
import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Few bytes that inflate to many, from many sockets at once: they cost no memory before their turn, and delay others by little. */
class CompressedFloodTest {
    private static final int SOCKETS = 40;
    private static final int MESSAGES = 190;
    private static final int MIB = 1 << 20;

    /** What a bystander may have to wait; a thread of a busy machine may stand still for less, which is no failure. */
    private static final Duration UNNOTICED = Duration.ofSeconds(5);

    private static final Frame BOMB =
            Frame.binary(Deflate.compress(new byte[64 * 1024])).withRsv(Frame.RSV1);

    private static InstanceProcess server;

    @BeforeAll
    static void start() {
        server = InstanceProcess.start(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<WebSocketPeer> compressing(String channel) {
        List<WebSocketPeer> peers = IntStream.range(0, SOCKETS)
                .mapToObj(i -> WebSocketPeer.to(server.port()).connectCompressing("/raw/" + channel + i))
                .toList();
        // The server's reads grow to their full size.
        Frame[] pongs = Collections.nCopies(2_000, Frame.pong(new byte[100])).toArray(Frame[]::new);
        peers.forEach(peer -> peer.send(pongs));
        return peers;
    }

    private static Frame[] bombs() {
        return Collections.nCopies(MESSAGES, BOMB).toArray(Frame[]::new);
    }

    private static double metric(String name) {
        return Exposition.scrape(server.metricsPort()).sum(name);
    }

    @Test
    void messagesThatInflateAThousandfoldTakeTheirTurns() {
        double before = metric("fanfare_messages_total");
        List<WebSocketPeer> peers = compressing("turns");
        try (WebSocketPeer bystander = WebSocketPeer.connect(server.port(), "/raw/bystander")) {
            peers.forEach(peer -> peer.send(bombs()));
            long slowest = 0;
            double expected = before + SOCKETS * MESSAGES;
            for (int i = 0; metric("fanfare_messages_total") < expected + i; i++) {
                long sent = System.nanoTime();
                bystander.sendText("message " + i).expectText("message " + i);
                slowest = Math.max(slowest, System.nanoTime() - sent);
                assertThat(metric("fanfare_queued_bytes")).isLessThan(8 * MIB);
            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(UNNOTICED);
            assertThat(server.isAlive()).isTrue();
        }
        peers.forEach(WebSocketPeer::vanish);
    }

    /** What a client sent before it closed is published, within the credit that holds for all. */
    @Test
    void messagesOfThoseWhoHaveLeftTakeTheirTurnsToo() {
        double before = metric("fanfare_messages_total");
        List<WebSocketPeer> peers = compressing("left");
        peers.forEach(peer -> peer.send(bombs()).sendClose(1000, ""));
        await().atMost(Wire.PATIENCE).untilAsserted(() -> {
            assertThat(metric("fanfare_queued_bytes")).isLessThan(8 * MIB);
            assertThat(metric("fanfare_messages_total") - before).isEqualTo(SOCKETS * MESSAGES);
        });
        await().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(metric("fanfare_connected_clients"))
                .isZero());
        assertThat(server.isAlive()).isTrue();
        peers.forEach(WebSocketPeer::vanish);
    }
}
