package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The closing handshake (RFC 6455, sections 5.5.1 and 7). */
class ClosingTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("session.write-timeout=1s");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void answersACloseWithoutABodyByOneWithout(String path) {
        var peer = SERVER.connect(path).send(Frame.close());
        peer.expect(Frame.close()).expectEof();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4499,
                4500, 4999
            })
    void echoesEveryCodeThatAPeerMaySend(int code) {
        SERVER.connect("/").send(Frame.close(code)).expectCloseAndEof(code);
        SERVER.connect("/").sendClose(code, "going away").expectCloseAndEof(code);
        SERVER.connect("/ws").send(Frame.close(code)).expectCloseAndEof(code);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 5001, 9999, 32767, 32768, 65535
            })
    void refusesEveryCodeThatAPeerMustNotSend(int code) {
        SERVER.connect("/").send(Frame.close(code)).expectCloseAndEof(1002);
        SERVER.connect("/").sendClose(code, "going away").expectCloseAndEof(1002);
        SERVER.connect("/ws").send(Frame.close(code)).expectCloseAndEof(1002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesABodyOfOneByte(String path) {
        SERVER.connect(path).send(Frame.close((byte) 3)).expectCloseAndEof(1002);
    }

    @Test
    void takesAReasonOf123Bytes() {
        SERVER.connect("/").send(Frame.close(1000, Samples.ascii(123))).expectCloseAndEof(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"κόσμε", "\uD83D\uDE00", "\uFFFE", "\u0000"})
    void takesAReasonInAnyScript(String reason) {
        SERVER.connect("/").sendClose(4321, reason).expectCloseAndEof(4321);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff",
                "80",
                "c080",
                "eda080",
                "f4908080",
                "6162ff6364",
                "c3",
                "e282",
                "f09f98",
                "61c3",
                "61e282",
                "61f09f98"
            })
    void refusesAReasonThatIsNotUtf8(String hex) {
        SERVER.connect("/").send(Frame.close(1000, Samples.hex(hex))).expectCloseAndEof(1007);
        SERVER.connect("/ws").send(Frame.close(1000, Samples.hex(hex))).expectCloseAndEof(1007);
    }

    @Test
    void saysNothingBehindItsClose() {
        var peer = SERVER.connect("/");
        peer.send(Frame.close(1000), Frame.ping("p"), Frame.text("behind the close"));
        peer.expectCloseAndEof(1000);
    }

    @Test
    void relaysNothingThatComesBehindAClose() {
        var listener = SERVER.connect("/");
        listener.sendText("I am here").expectText("I am here");
        var peer = SERVER.connect("/").send(Frame.text("before"), Frame.close(1000), Frame.text("behind"));
        listener.expectText("before");
        SERVER.awaitClients(1);
        listener.sendText("last").expectText("last");
        peer.close();
    }

    @Test
    void ignoresAViolationBehindAClose() {
        var peer = SERVER.connect("/").send(Frame.close(4000), Frame.of(3), Frame.close(5000));
        peer.expectCloseAndEof(4000);
    }

    @Test
    void echoesACloseThatComesByteByByte() {
        SERVER.connect("/")
                .sendByteByByte(Frame.close(1001, "leaving").encode())
                .expectCloseAndEof(1001);
    }

    @Test
    void writesWhatIsUnderWayBeforeItsClose() {
        var peer = SERVER.connect("/").send(Frame.ping("p"), Frame.close(1000));
        peer.expect(Frame.pong(Samples.utf8("p"))).expectCloseAndEof(1000);
    }

    @Test
    void forgetsAPeerThatKeepsItsSideOpenBehindTheClosingHandshake() {
        var peer = SERVER.connect("/").send(Frame.close(1000));
        peer.expectCloseAndEof(1000);
        SERVER.awaitClients(0);
    }

    @Test
    void forgetsAPeerThatGoesOnSendingBehindAViolation() {
        var peer = SERVER.connect("/").send(Frame.of(3));
        peer.expectClose(1002);
        boolean open = true;
        for (int i = 0; open && i < 1000; i++) {
            open = peer.trySend(Frame.text(Samples.ascii(1000)));
        }
        peer.expectEof();
        SERVER.awaitClients(0);
    }

    @Test
    void forgetsAPeerThatEndsTcpWithoutAClose() {
        var peer = SERVER.connect("/");
        peer.expectNothingBeforePong();
        peer.close();
        SERVER.awaitClients(0);
    }

    @Test
    void forgetsAPeerThatVanishes() {
        var peer = SERVER.connect("/");
        peer.expectNothingBeforePong();
        peer.vanish();
        SERVER.awaitClients(0);
    }

    @Test
    void forgetsAPeerThatOnlyEndsItsOwnSide() {
        var peer = SERVER.connect("/");
        peer.expectNothingBeforePong();
        peer.wire().finishWriting();
        while (peer.frameOrEnd().isPresent()) {
            // A server may say goodbye here, or not.
        }
        SERVER.awaitClients(0);
    }

    @Test
    void countsEachWayToLeaveOnce() {
        double before = SERVER.instance().metric("fanfare_disconnections_total");
        SERVER.connect("/").send(Frame.close(1000)).expectCloseAndEof(1000);
        SERVER.connect("/").send(Frame.of(3)).expectCloseAndEof(1002);
        SERVER.connect("/").send(Frame.text(Samples.hex("ff"))).expectCloseAndEof(1007);
        SERVER.connect("/").vanish();
        SERVER.awaitClients(0);
        assertThat(SERVER.instance().metric("fanfare_disconnections_total") - before)
                .isEqualTo(4);
    }
}
