package dev.fanfare.conformance;

import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame that breaks the base framing protocol fails the connection with 1002 (RFC 6455, sections 5.2 to 5.5). */
class FramingViolationTest {
    private static final int PROTOCOL_ERROR = 1002;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static void refuses(String path, Frame... frames) {
        refuses(path, Frame.encodeAll(frames));
    }

    private static void refuses(String path, byte[] bytes) {
        SERVER.connect(path).sendBytes(bytes).expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesReservedBitsOnAMessage(int rsv) {
        refuses("/", Frame.text("hello").withRsv(rsv));
        refuses("/", Frame.binary().withRsv(rsv));
        refuses("/ws", Frame.text("{\"type\":\"ping\"}").withRsv(rsv));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesReservedBitsOnAControlFrame(int rsv) {
        refuses("/", Frame.ping().withRsv(rsv));
        refuses("/", Frame.pong().withRsv(rsv));
        refuses("/", Frame.close(1000).withRsv(rsv));
        refuses("/ws", Frame.ping().withRsv(rsv));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesReservedBitsOnAContinuation(int rsv) {
        refuses("/", Frame.text("hel").unfinished(), Frame.continuation("lo").withRsv(rsv));
        refuses("/", Frame.text("hel").unfinished().withRsv(rsv));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void refusesAReservedOpcode(int opcode) {
        refuses("/", Frame.of(opcode));
        refuses("/", Frame.of(opcode, Samples.binary(10)));
        refuses("/ws", Frame.of(opcode));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void refusesAReservedOpcodeInTheMiddleOfAMessage(int opcode) {
        refuses("/", Frame.text("hel").unfinished(), Frame.of(opcode));
        refuses("/", Frame.text("hel").unfinished(), Frame.of(opcode).unfinished());
    }

    @ParameterizedTest
    @CsvSource({"8, 126", "9, 126", "10, 126", "8, 65536", "9, 65536", "10, 65536"})
    void refusesAControlFrameOfMoreThan125Bytes(int opcode, int length) {
        byte[] payload = Samples.ascii(length);
        payload[0] = 3;
        payload[1] = (byte) 0xe8;
        refuses("/", Frame.of(opcode, payload));
        refuses("/ws", Frame.of(opcode, payload));
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.CLOSE, Frame.PING, Frame.PONG})
    void refusesAControlFrameInFragments(int opcode) {
        refuses("/", Frame.of(opcode).unfinished());
        refuses("/", Frame.of(opcode).unfinished(), Frame.continuation());
        refuses("/ws", Frame.of(opcode).unfinished());
        refuses("/", Frame.text("hel").unfinished(), Frame.of(opcode).unfinished());
    }

    @ParameterizedTest
    @CsvSource({"true, ''", "false, ''", "true, more", "false, more"})
    void refusesAContinuationOfNothing(boolean fin, String payload) {
        var continuation =
                fin ? Frame.continuation(payload) : Frame.continuation(payload).unfinished();
        refuses("/", continuation);
        refuses("/ws", continuation);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAContinuationBehindAWholeMessage(boolean fin) {
        var continuation =
                fin ? Frame.continuation("more") : Frame.continuation("more").unfinished();
        SERVER.connect("/")
                .send(Frame.text("hel").unfinished(), Frame.continuation("lo"))
                .expectText("hello")
                .send(continuation)
                .expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "1, 2, true", "2, 1, true", "2, 2, true", "1, 1, false", "2, 1, false"})
    void refusesANewMessageInTheMiddleOfOne(int first, int second, boolean fin) {
        var intruder = fin ? Frame.of(second) : Frame.of(second).unfinished();
        refuses("/", Frame.of(first, Samples.ascii(3)).unfinished(), intruder);
        refuses("/", Frame.of(first).unfinished(), intruder);
        refuses("/ws", Frame.text("{").unfinished(), intruder);
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "125, 2", "0, 8", "1, 8", "125, 8", "126, 8", "65535, 8"})
    void refusesALengthInMoreBytesThanItNeeds(int length, int lengthBytes) {
        var encoding = Encoding.MASKED.withLengthBytes(lengthBytes);
        refuses("/", Frame.text(Samples.ascii(length)).encode(encoding));
        refuses("/", Frame.binary(Samples.ascii(length)).encode(encoding));
        refuses("/ws", Frame.text(Samples.ascii(length)).encode(encoding));
    }

    @ParameterizedTest
    @CsvSource({"9, 2", "9, 8", "10, 2", "10, 8", "8, 2", "8, 8"})
    void refusesAControlFrameWithAnExtendedLength(int opcode, int lengthBytes) {
        byte[] payload = {3, (byte) 0xe8};
        refuses("/", Frame.of(opcode, payload).encode(Encoding.MASKED.withLengthBytes(lengthBytes)));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MIN_VALUE + 65536})
    void refusesALengthWhoseTopBitIsSet(long length) {
        refuses("/", Frame.text("hello").encode(Encoding.MASKED.announcing(length)));
        refuses("/", Frame.binary().encode(Encoding.MASKED.announcing(length)));
        refuses("/ws", Frame.text("hello").encode(Encoding.MASKED.announcing(length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.TEXT, Frame.BINARY, Frame.CLOSE, Frame.PING, Frame.PONG})
    void refusesAnUnmaskedFrame(int opcode) {
        byte[] payload = {3, (byte) 0xe8};
        refuses("/", Frame.of(opcode).encode(Encoding.UNMASKED));
        refuses("/", Frame.of(opcode, payload).encode(Encoding.UNMASKED));
        refuses("/ws", Frame.of(opcode, payload).encode(Encoding.UNMASKED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lo"})
    void refusesAnUnmaskedContinuation(String payload) {
        refuses(
                "/",
                Samples.join(
                        Frame.text("hel").unfinished().encode(),
                        Frame.continuation(payload).encode(Encoding.UNMASKED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesAViolationThatComesByteByByte(String path) {
        SERVER.connect(path).sendByteByByte(Frame.ping("p").withRsv(2).encode()).expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance"})
    void relaysWhatCameBeforeAViolationAndNothingBehindIt(String path) {
        var listener = SERVER.connect(path);
        listener.sendText("I am here").expectText("I am here");
        SERVER.connect(path).send(Frame.text("before"), Frame.of(3), Frame.text("behind"));
        listener.expectText("before").sendText("last").expectText("last");
    }
}
