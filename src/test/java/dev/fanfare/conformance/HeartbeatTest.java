package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's own pings: who answers them stays, who does not is gone, whatever else it says. */
class HeartbeatTest {
    private static final int NO_PONG = 4000;

    /** For peers that are to go. */
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            "session.ping-interval=100ms", "session.pong-timeout=400ms", "session.write-timeout=400ms");

    /** For peers that are to stay: they have longer to answer than a thread of a busy machine may stand still. */
    @RegisterExtension
    static final SharedInstance PATIENT = SharedInstance.with(
            "session.ping-interval=100ms", "session.pong-timeout=5s", "session.write-timeout=400ms");

    @Test
    void keepsPeersThatAnswerEveryPingWhileASilentOneGoes() {
        String gone = "fanfare_disconnections_total{reason=\"no_pong\"}";
        double before = PATIENT.instance().metric(gone);
        List<WebSocketPeer> peers =
                Stream.of("/", "/raw/conformance", "/ws").map(PATIENT::connect).toList();
        PATIENT.connect("/");
        while (PATIENT.instance().metric(gone) == before) {
            for (WebSocketPeer peer : peers) {
                Frame ping = peer.frame();
                assertThat(ping.opcode()).isEqualTo(Frame.PING);
                assertThat(ping.payload()).hasSizeLessThanOrEqualTo(125);
                peer.send(Frame.pong(ping.payload()));
            }
        }
        peers.forEach(peer -> peer.answeringPings().expectNothingBeforePong());
        assertThat(PATIENT.instance().metric(gone)).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void closesAPeerThatAnswersNoPing(String path) {
        expectNoPong(SERVER.connect(path), peer -> {});
    }

    @Test
    void closesAPeerThatStopsInTheMiddleOfAFrame() {
        byte[] half = Arrays.copyOf(Frame.text("half a frame").encode(), 9);
        expectNoPong(SERVER.connect("/").sendBytes(half), peer -> {});
    }

    @Test
    void closesAPeerThatStopsInTheMiddleOfAHead() {
        expectNoPong(SERVER.connect("/").sendBytes(new byte[] {(byte) 0x81}), peer -> {});
    }

    @Test
    void closesAPeerThatTricklesAFrame() {
        byte[] head = Arrays.copyOf(Frame.binary(Samples.binary(65536)).encode(), 14);
        expectNoPong(SERVER.connect("/").sendBytes(head), peer -> peer.wire().tryWrite(new byte[] {1}));
    }

    @Test
    void closesAPeerThatSendsTextAndAnswersNoPing() {
        expectNoPong(SERVER.connect("/"), peer -> peer.trySend(Frame.text("I am still here")));
    }

    @Test
    void closesAPeerThatSendsPingsAndAnswersNone() {
        expectNoPong(SERVER.connect("/"), peer -> peer.trySend(Frame.ping("and you?")));
    }

    @Test
    void closesAPeerThatSendsCommandsAndAnswersNoPing() {
        expectNoPong(SERVER.connect("/ws"), peer -> peer.trySend(Frame.text("{\"type\":\"ping\"}")));
    }

    /** Does something with each frame that comes, until the close comes. */
    private static void expectNoPong(WebSocketPeer peer, Consumer<WebSocketPeer> traffic) {
        traffic.accept(peer);
        Frame frame = peer.frame();
        while (frame.opcode() != Frame.CLOSE) {
            traffic.accept(peer);
            frame = peer.frame();
        }
        assertThat(frame.closeCode()).isEqualTo(NO_PONG);
        peer.expectEof();
    }

    @Test
    void cutsAPeerThatDoesNotEvenTakeTheClose() {
        WebSocketPeer source = PATIENT.connect("/raw/stalled").answeringPings();
        WebSocketPeer stalled = PATIENT.keep(
                WebSocketPeer.to(PATIENT.port()).receiveBuffer(4096).connect("/raw/stalled"));
        PATIENT.awaitClients(2);
        byte[] message = Samples.binary(60_000);
        for (int i = 0; i < 100; i++) {
            source.sendBinary(message).expectBinary(message);
        }
        long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
        while (PATIENT.instance().metric("fanfare_connected_clients") == 2) {
            assertThat(System.nanoTime()).as("the stalled peer is cut in time").isLessThan(deadline);
            source.expectNothingBeforePong();
        }
        int last = stalled.wire().read(Wire.PATIENCE);
        while (last >= 0) {
            last = stalled.wire().read(Wire.PATIENCE);
        }
        assertThat(last).isEqualTo(Wire.END);
    }
}
