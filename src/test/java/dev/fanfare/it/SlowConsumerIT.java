package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who does not take what it is sent is sent away, and nobody waits for it. */
class SlowConsumerIT {
    /** The write timeout is longer than anything here takes: a peer of a small window reads slowly when it reads again. */
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("session.send-limit=256KiB", "session.write-timeout=1h");

    private static final String SLOW = "fanfare_disconnections_total{reason=\"slow_consumer\"}";
    private static final String PAYLOAD = "x".repeat(16_000);

    @Test
    void aPeerThatDoesNotReadIsClosedAndTheOthersGetEverything() {
        double before = SERVER.instance().metric(SLOW);
        WebSocketPeer stalled =
                SERVER.keep(WebSocketPeer.to(SERVER.port()).receiveBuffer(4096).connect("/raw/slow"));
        WebSocketPeer bystander = SERVER.connect("/raw/slow");
        int sent = publishUntil(bystander, () -> SERVER.instance().metric(SLOW) > before);
        assertThat(sent).as("a peer is slow only beyond the limit").isGreaterThan(16);
        assertThat(SERVER.instance().metric(SLOW)).isEqualTo(before + 1);
        bystander.sendText("after").expectText("after");
        stalled.vanish();
    }

    @Test
    void aSlowPeerThatReadsAgainFindsTheCloseBehindWhatWasSent() {
        double before = SERVER.instance().metric(SLOW);
        WebSocketPeer late =
                SERVER.keep(WebSocketPeer.to(SERVER.port()).receiveBuffer(4096).connect("/raw/late"));
        publishUntil(SERVER.connect("/raw/late"), () -> SERVER.instance().metric(SLOW) > before);
        Frame frame = late.frame();
        int messages = 0;
        while (frame.opcode() == Frame.TEXT) {
            messages++;
            frame = late.frame();
        }
        assertThat(messages).isPositive();
        assertThat(frame.closeCode()).isEqualTo(4001);
    }

    @Test
    void peersThatVanishDuringAFanOutDisturbNobody() {
        WebSocketPeer publisher = SERVER.connect("/raw/vanish");
        WebSocketPeer[] others = IntStream.range(0, 30)
                .mapToObj(i -> SERVER.connect("/raw/vanish"))
                .toArray(WebSocketPeer[]::new);
        for (int i = 0; i < others.length; i++) {
            publisher.sendText("m" + i);
            if (i % 2 == 1) {
                others[i].vanish();
            }
        }
        for (int i = 0; i < others.length; i++) {
            publisher.expectText("m" + i);
        }
        for (int peer = 0; peer < others.length; peer += 2) {
            for (int i = 0; i < others.length; i++) {
                others[peer].expectText("m" + i);
            }
        }
        SERVER.awaitClients(16);
    }

    @Test
    void aPublisherThatDoesNotReadIsHeldBackAndLosesNothing() {
        WebSocketPeer publisher =
                SERVER.keep(WebSocketPeer.to(SERVER.port()).receiveBuffer(4096).connect("/ws"));
        WebSocketPeer reader = SERVER.connect("/raw/held");
        int messages = 100;
        // The answers, as long as their ids, fill the way back until the server reads no more.
        Frame publish = Frame.text(
                "{\"type\":\"publish\",\"channel\":\"held\",\"data\":1,\"id\":\"" + "i".repeat(8_000) + "\"}");
        for (int i = 0; i < messages; i++) {
            publisher.trySend(publish);
        }
        for (int i = 0; i < messages; i++) {
            assertThat(publisher.text()).contains("\"published\"");
            reader.expectText("1");
        }
    }

    /** Publishes and reads what comes back, until the condition holds; returns how many messages that took. */
    private static int publishUntil(WebSocketPeer publisher, BooleanSupplier enough) {
        int[] sent = {0};
        await().atMost(Wire.PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            for (int i = 0; i < 16; i++) {
                publisher.sendText(PAYLOAD).expectText(PAYLOAD);
                sent[0]++;
            }
            return enough.getAsBoolean();
        });
        return sent[0];
    }
}
