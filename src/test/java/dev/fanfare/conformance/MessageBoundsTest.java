package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.fragments;
import static dev.fanfare.conformance.Samples.fragmentsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one message may take: its bytes, its fragments, and its time. */
class MessageBoundsTest {
    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            "server.max-message-size=1KiB", "session.max-fragments=16", "session.assembly-timeout=1m");

    /** For messages that are not finished: one that is may take longer on a busy machine. */
    @RegisterExtension
    static final SharedInstance HASTY = SharedInstance.with("session.assembly-timeout=300ms");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void relaysAMessageOfTheGreatestSize(int fragments) {
        byte[] payload = Samples.ascii(1024);
        SERVER.connect("/")
                .send(fragmentsOf(1024 / fragments, Frame.TEXT, payload))
                .expect(Frame.text(payload));
    }

    @Test
    void relaysAMessageOfTheGreatestSizeBetweenEmptyFragments() {
        byte[] payload = Samples.binary(1024);
        SERVER.connect("/")
                .send(fragments(Frame.BINARY, payload, 0, 1024, 1024))
                .expect(Frame.binary(payload));
    }

    @ParameterizedTest
    @CsvSource({"/, 1025", "/, 65536", "/, 300000", "/ws, 1025", "/ws, 65536"})
    void refusesABiggerMessage(String path, int length) {
        SERVER.connect(path).send(Frame.text(Samples.ascii(length))).expectCloseAndEof(TOO_BIG);
        SERVER.connect(path).send(Frame.binary(Samples.ascii(length))).expectCloseAndEof(TOO_BIG);
    }

    @ParameterizedTest
    @CsvSource({"/, 1024, 1", "/, 512, 1024", "/, 1000, 24", "/ws, 1024, 1"})
    void refusesABiggerMessageInFragments(String path, int first, int rest) {
        SERVER.connect(path)
                .send(
                        Frame.text(Samples.ascii(first)).unfinished(),
                        Frame.continuation(Samples.ascii(rest)).unfinished(),
                        Frame.continuation("x"))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesABiggerMessageWithTheFragmentThatMakesItSo() {
        SERVER.connect("/")
                .send(
                        Frame.binary(Samples.ascii(1000)).unfinished(),
                        Frame.continuation(Samples.ascii(25)).unfinished())
                .expectCloseAndEof(TOO_BIG);
    }

    @ParameterizedTest
    @ValueSource(longs = {1025, 65535, 65536, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, Long.MAX_VALUE})
    void refusesABiggerFrameByItsHeadAlone(long length) {
        SERVER.connect("/")
                .send(Frame.binary(), Encoding.MASKED.announcing(length))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesABiggerContinuationByItsHeadAlone() {
        SERVER.connect("/")
                .send(Frame.text("abc").unfinished())
                .send(Frame.continuation(), Encoding.MASKED.announcing(Long.MAX_VALUE))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void relaysAMessageOfTheMostFragmentsAgainAndAgain() {
        WebSocketPeer peer = SERVER.connect("/");
        for (int i = 0; i < 10; i++) {
            peer.send(fragmentsOf(1, Frame.TEXT, Samples.ascii(16))).expect(Frame.text(Samples.ascii(16)));
        }
    }

    @Test
    void doesNotCountPingsAsFragments() {
        WebSocketPeer peer = SERVER.connect("/");
        peer.send(Frame.text("a").unfinished());
        for (int i = 0; i < 40; i++) {
            peer.sendPing();
        }
        for (int i = 0; i < 40; i++) {
            peer.expectPong();
        }
        peer.send(Frame.continuation("b")).expectText("ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesAMessageOfMoreFragments(String path) {
        SERVER.connect(path).send(fragmentsOf(1, Frame.TEXT, Samples.ascii(17))).expectCloseAndEof(POLICY);
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.TEXT, Frame.BINARY})
    void refusesEndlessEmptyFragments(int opcode) {
        var frames = new Frame[20_000];
        Arrays.fill(frames, Frame.continuation().unfinished());
        frames[0] = Frame.of(opcode).unfinished();
        SERVER.connect("/").send(frames).expectCloseAndEof(POLICY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesAMessageWhoseEndTakesTooLong(String path) {
        HASTY.connect(path).send(Frame.text("abc").unfinished()).expectCloseAndEof(POLICY);
    }

    @Test
    void refusesAMessageWhoseEndTakesTooLongThoughPingsComeInBetween() {
        WebSocketPeer peer = HASTY.connect("/").send(Frame.text("abc").unfinished());
        Frame answer = Frame.pong();
        while (answer.opcode() == Frame.PONG && peer.trySend(Frame.ping())) {
            answer = peer.frame();
        }
        assertThat(answer.closeCode()).isEqualTo(POLICY);
        peer.expectEof();
    }

    /** The peer on which nothing is under way outlives one that is cut for its unfinished message. */
    @Test
    void grantsTheTimeAnewToEachMessage() {
        WebSocketPeer patient = HASTY.connect("/raw/patient");
        // In one segment, which the server reads at once.
        patient.send(fragments(Frame.TEXT, Samples.utf8("whole"), 2)).expectText("whole");
        HASTY.connect("/").send(Frame.text("half").unfinished()).expectCloseAndEof(POLICY);
        patient.send(fragments(Frame.TEXT, Samples.utf8("whole again"), 2)).expectText("whole again");
    }
}
