package dev.fanfare.conformance;

import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message comes back to who sent it, to the byte, whatever its length and however TCP cuts it. */
class EchoTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    /** Around each change of the length's form; 65,536 is also the longest message that the defaults allow. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 4096, 65534, 65535, 65536})
    void relaysATextOfAnyLength(int length) {
        var frame = Frame.text(Samples.ascii(length));
        SERVER.connect("/").send(frame).expect(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 4096, 65534, 65535, 65536})
    void relaysABinaryOfAnyLength(int length) {
        var frame = Frame.binary(Samples.binary(length));
        SERVER.connect("/").send(frame).expect(frame);
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/, 126", "/, 65536", "/raw/conformance, 0", "/raw/conformance, 126", "/raw/conformance, 65536"
    })
    void relaysManyMessagesInTheirOrder(String path, int length) {
        var peer = SERVER.connect(path);
        int count = length > 1000 ? 10 : 200;
        for (int i = 0; i < count; i++) {
            peer.send(i % 2 == 0 ? Frame.text(Samples.ascii(length)) : Frame.binary(Samples.binary(length)));
        }
        for (int i = 0; i < count; i++) {
            peer.expect(i % 2 == 0 ? Frame.text(Samples.ascii(length)) : Frame.binary(Samples.binary(length)));
        }
        peer.expectNothingBeforePong();
    }

    @Test
    void relaysMessagesThatComeInOneSegment() {
        var frames = IntStream.range(0, 500)
                .mapToObj(i -> Frame.text("message " + i))
                .toArray(Frame[]::new);
        var peer = SERVER.connect("/").send(frames);
        Arrays.stream(frames).forEach(peer::expect);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 300})
    void relaysAFrameThatComesByteByByte(int length) {
        var frame = Frame.binary(Samples.binary(length));
        SERVER.connect("/").sendByteByByte(frame.encode()).expect(frame);
    }

    @ParameterizedTest
    @MethodSource("everyPlaceInAFrameOf130Bytes")
    void relaysAFrameThatTcpCutsAnywhere(int cut) {
        var frame = Frame.text(Samples.ascii(130));
        byte[] bytes = frame.encode();
        SERVER.connect("/")
                .sendBytes(Arrays.copyOf(bytes, cut))
                .sendBytes(Arrays.copyOfRange(bytes, cut, bytes.length))
                .expect(frame);
    }

    static IntStream everyPlaceInAFrameOf130Bytes() {
        return IntStream.range(1, Frame.text(Samples.ascii(130)).encode().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 0x80808080, 0x00ff00ff})
    void unmasksWithAnyKey(int key) {
        var frame = Frame.binary(Samples.binary(1001));
        SERVER.connect("/").send(frame, Encoding.MASKED.withKey(key)).expect(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 124, 125})
    void answersAPingWithItsPayload(int length) {
        SERVER.connect("/").sendPing(Samples.binary(length)).expectPong(Samples.binary(length));
        SERVER.connect("/ws").sendPing(Samples.binary(length)).expectPong(Samples.binary(length));
    }

    @Test
    void answersEveryOneOfManyPings() {
        var peer = SERVER.connect("/");
        for (int i = 0; i < 100; i++) {
            peer.sendPing((byte) i);
        }
        for (int i = 0; i < 100; i++) {
            peer.expectPong((byte) i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void ignoresAPongThatNothingAskedFor(String path) {
        SERVER.connect(path).sendPong().sendPong(Samples.binary(125)).expectNothingBeforePong();
    }

    @Test
    void relaysAsTextWhatCameAsText() {
        var listener = SERVER.connect("/");
        listener.sendText("I am here").expectText("I am here");
        SERVER.connect("/").sendText("text").sendBinary(Samples.binary(3)).sendText("text again");
        listener.expectText("text").expectBinary(Samples.binary(3)).expectText("text again");
    }
}
