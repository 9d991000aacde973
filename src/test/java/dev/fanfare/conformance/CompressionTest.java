package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.ascii;
import static dev.fanfare.conformance.Samples.binary;
import static dev.fanfare.conformance.Samples.fragments;
import static dev.fanfare.conformance.Samples.fragmentsOf;
import static dev.fanfare.conformance.Samples.hex;
import static dev.fanfare.conformance.Samples.rsv1;
import static dev.fanfare.conformance.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.testing.Deflate;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages in both directions (RFC 7692, sections 6 and 7.2). */
class CompressionTest {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int INVALID_PAYLOAD = 1007;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static WebSocketPeer connect(String path) {
        return SERVER.connectCompressing(path);
    }

    private static Frame deflated(int opcode, String hex) {
        return Frame.of(opcode, hex(hex)).withRsv(Frame.RSV1);
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new Random(7692).nextBytes(bytes);
        return bytes;
    }

    // What clients send

    /** Sections 7.2.3.1 (one block), 7.2.3.3 (stored), 7.2.3.4 (final) and 7.2.3.5 (two blocks). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2 48 cd c9 c9 07 00",
                "00 05 00 fa ff 48 65 6c 6c 6f 00",
                "f3 48 cd c9 c9 07 00 00",
                "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"
            })
    void readsTheExamplesOfTheRfc(String hex) {
        connect("/").send(deflated(Frame.TEXT, hex)).expectInflated(Frame.text("Hello"));
        connect("/").send(deflated(Frame.BINARY, hex)).expectInflated(Frame.binary(utf8("Hello")));
    }

    /** Section 7.2.3.1. */
    @Test
    void readsTheFragmentsOfTheRfc() {
        connect("/")
                .send(deflated(Frame.TEXT, "f2 48 cd").unfinished(), Frame.continuation(hex("c9 c9 07 00")))
                .expectInflated(Frame.text("Hello"));
    }

    /** Section 7.2.3.2: the second message refers to the first, which this server never lets a client do. */
    @Test
    void refusesTheContextOfAnEarlierMessage() {
        connect("/")
                .send(deflated(Frame.TEXT, "f2 48 cd c9 c9 07 00"))
                .expectInflated(Frame.text("Hello"))
                .send(deflated(Frame.TEXT, "f2 00 11 00 00"))
                .expectCloseAndEof(INVALID_PAYLOAD);
    }

    @Test
    void refusesTheContextOfAnEarlierMessageOfAnySize() {
        try (var deflate = Deflate.with(Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY)) {
            byte[] message = noise(20_000);
            connect("/")
                    .send(Frame.binary(deflate.next(message)).withRsv(Frame.RSV1))
                    .expectInflated(Frame.binary(message))
                    .send(Frame.binary(deflate.next(message)).withRsv(Frame.RSV1))
                    .expectCloseAndEof(INVALID_PAYLOAD);
        }
    }

    /** Section 7.2.3.6, and what else holds nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "02 00", "00 00 00 ff ff 00", "03 00 00", "01 00 00 ff ff 00"})
    void readsAnEmptyMessage(String hex) {
        connect("/").send(deflated(Frame.TEXT, hex)).expectInflated(Frame.text(""));
        connect("/").send(deflated(Frame.BINARY, hex)).expectInflated(Frame.binary());
    }

    @Test
    void readsManyMessagesEachByItself() {
        WebSocketPeer peer = connect("/");
        List<Frame> messages = IntStream.range(0, 300)
                .mapToObj(i -> i % 3 == 0 ? Frame.binary(binary(i * 7)) : Frame.text(ascii(i * 7)))
                .toList();
        peer.send(messages.stream().map(Frame::compressed).toArray(Frame[]::new));
        messages.forEach(peer::expectInflated);
        peer.expectNothingBeforePong();
    }

    @Test
    void readsPlainMessagesAmongCompressedOnes() {
        WebSocketPeer peer = connect("/");
        List<Frame> messages =
                IntStream.range(0, 60).mapToObj(i -> Frame.text(ascii(i * 40))).toList();
        for (int i = 0; i < messages.size(); i++) {
            peer.send(i % 2 == 0 ? messages.get(i) : messages.get(i).compressed());
        }
        messages.forEach(peer::expectInflated);
        peer.send(rsv1(fragments(Frame.TEXT, Deflate.compress(ascii(99)), 5)))
                .send(fragments(Frame.TEXT, ascii(98), 5))
                .expectInflated(Frame.text(ascii(99)))
                .expectInflated(Frame.text(ascii(98)));
    }

    /** RSV1 of 0 says plain, whatever the payload looks like. */
    @Test
    void takesAPlainMessageForWhatItSays() {
        Frame message = Frame.binary(hex("f2 48 cd c9 c9 07 00"));
        connect("/").send(message).expectInflated(message);
    }

    @ParameterizedTest
    @MethodSource("levelsAndStrategies")
    void readsAnyLevelAndStrategy(int level, int strategy) {
        byte[] text = utf8("Überall dasselbe, \uD83D\uDE00 ".repeat(700));
        for (byte[] payload : new byte[][] {new byte[0], {65}, ascii(1000), text, noise(20_000)}) {
            connect("/")
                    .send(Frame.binary(Deflate.compress(payload, level, strategy))
                            .withRsv(Frame.RSV1))
                    .expectInflated(Frame.binary(payload));
        }
    }

    static List<Object[]> levelsAndStrategies() {
        var all = new ArrayList<Object[]>();
        for (int level = 0; level <= 9; level++) {
            for (int strategy : new int[] {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY}) {
                all.add(new Object[] {level, strategy});
            }
        }
        return all;
    }

    /** Stored, fixed, dynamic and final blocks in one message. */
    @Test
    void readsAMessageOfBlocksOfEveryKind() {
        byte[] prose = utf8("the quick brown fox jumps over the lazy dog, and over again. ".repeat(50));
        byte[] dynamic = Deflate.compress(prose);
        byte[] fixed = Deflate.compress(utf8("Hello"));
        byte[] stored = Deflate.stored(ascii(300), 100);
        byte[] ended = Deflate.finished(utf8("Hello"));
        byte[] endedDynamic = Deflate.finished(prose);
        assertThat(new int[] {dynamic[0] & 7, fixed[0] & 7, stored[0] & 7, ended[0] & 7, endedDynamic[0] & 7})
                .as("kinds of blocks")
                .containsExactly(4, 2, 0, 3, 5);
        byte[] payload = Deflate.concatenate(stored, dynamic, ended, fixed, endedDynamic, stored, fixed);
        byte[] expected = Samples.join(ascii(300), prose, utf8("HelloHello"), prose, ascii(300), utf8("Hello"));
        connect("/").send(Frame.text(payload).withRsv(Frame.RSV1)).expectInflated(Frame.text(expected));
        connect("/").send(rsv1(fragmentsOf(7, Frame.TEXT, payload))).expectInflated(Frame.text(expected));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 300, 5000})
    void readsFinalBlocksAgainAndAgain(int length) {
        WebSocketPeer peer = connect("/");
        for (int i = 0; i < 5; i++) {
            peer.send(Frame.text(Deflate.finished(ascii(length))).withRsv(Frame.RSV1))
                    .expectInflated(Frame.text(ascii(length)))
                    .send(Frame.text(ascii(length)).compressed())
                    .expectInflated(Frame.text(ascii(length)));
        }
    }

    /** A back-reference as long and as far as they go: 258 bytes, from 32,768 bytes before. */
    @Test
    void readsAReferenceOverTheWholeWindow() {
        byte[] half = noise(32_768);
        byte[] payload = Samples.join(half, Arrays.copyOf(half, 258));
        byte[] compressed =
                Samples.join(Arrays.copyOf(Deflate.stored(half, half.length), 5 + half.length), hex("1a bd ff 1f 00"));
        assertThat(Deflate.inflate(compressed)).isEqualTo(payload);
        connect("/").send(Frame.binary(compressed).withRsv(Frame.RSV1)).expectInflated(Frame.binary(payload));
    }

    // Fragments

    @ParameterizedTest
    @MethodSource("everyCut")
    void readsAMessageThatIsCutAnywhere(int cut) {
        byte[] message = utf8("Größe, Größe, \uD83D\uDE00\uD83D\uDE00 and once more Größe");
        connect("/")
                .send(rsv1(fragments(Frame.TEXT, Deflate.compress(message), cut)))
                .expectInflated(Frame.text(message));
    }

    static IntStream everyCut() {
        int length = Deflate.compress(utf8("Größe, Größe, \uD83D\uDE00\uD83D\uDE00 and once more Größe")).length;
        return IntStream.rangeClosed(0, length);
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "2, 1000", "3, 2000", "100, 60000"})
    void readsAMessageInManyFragments(int size, int length) {
        byte[] message = ascii(length);
        connect("/")
                .send(rsv1(fragmentsOf(size, Frame.TEXT, Deflate.compress(message))))
                .expectInflated(Frame.text(message));
    }

    @Test
    void readsEmptyFragmentsAtTheStartTheEndAndInTheMiddle() {
        byte[] payload = Deflate.compress(ascii(500));
        connect("/")
                .send(rsv1(fragments(Frame.TEXT, payload, 0, 0, 5, 5, 5, payload.length, payload.length)))
                .expectInflated(Frame.text(ascii(500)));
    }

    @Test
    void answersControlFramesAmongFragments() {
        byte[] payload = Deflate.compress(ascii(500));
        Frame[] parts = rsv1(fragments(Frame.TEXT, payload, 1, 7));
        connect("/")
                .send(parts[0], Frame.ping("a"))
                .expectPong(utf8("a"))
                .send(Frame.pong((byte) 1), parts[1], Frame.ping("b"), Frame.ping("c"), parts[2])
                .expectPong(utf8("b"))
                .expectPong(utf8("c"))
                .expectInflated(Frame.text(ascii(500)));
    }

    @Test
    void echoesACloseAmongFragments() {
        connect("/")
                .send(deflated(Frame.TEXT, "f2 48 cd").unfinished(), Frame.close(1000))
                .expectCloseAndEof(1000);
    }

    @Test
    void readsWhatComesByteByByte() {
        connect("/")
                .sendByteByByte(Frame.text(ascii(300)).compressed().encode())
                .expectInflated(Frame.text(ascii(300)));
    }

    // Reserved bits

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void refusesACompressedMessageWhereNothingWasOffered(String path) {
        SERVER.connect(path)
                .send(Frame.text("{\"type\":\"ping\"}").compressed())
                .expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate; server_max_window_bits=10", "permessage-deflate; mux", "mux"})
    void refusesACompressedMessageWhereTheOfferWasDeclined(String offer) {
        SERVER.connect(SERVER.upgrade("/").offering(offer))
                .send(Frame.text("Hello").compressed())
                .expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7})
    void refusesTheOtherReservedBitsOnAMessage(int rsv) {
        connect("/").send(Frame.text("Hello").compressed().withRsv(rsv)).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/").send(Frame.binary().withRsv(rsv)).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/ws").send(Frame.text("{}").compressed().withRsv(rsv)).expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesReservedBitsOnAControlFrame(int rsv) {
        for (Frame frame : new Frame[] {Frame.ping(), Frame.pong((byte) 0), Frame.close(1000), Frame.ping("Hello")}) {
            connect("/").send(frame.withRsv(rsv)).expectCloseAndEof(PROTOCOL_ERROR);
        }
        connect("/").send(Frame.ping("Hello").compressed()).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/")
                .send(
                        deflated(Frame.TEXT, "f2 48 cd").unfinished(),
                        Frame.ping().withRsv(rsv))
                .expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesReservedBitsOnAContinuation(int rsv) {
        Frame rest = Frame.continuation(hex("c9 c9 07 00")).withRsv(rsv);
        Frame first = deflated(Frame.TEXT, "f2 48 cd").unfinished();
        connect("/").send(first, rest).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/").send(first, rest.unfinished()).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/").send(Frame.text("Hel").unfinished(), rest).expectCloseAndEof(PROTOCOL_ERROR);
    }

    @Test
    void refusesACompressedMessageInTheMiddleOfAnother() {
        Frame first = deflated(Frame.TEXT, "f2 48 cd").unfinished();
        connect("/").send(first, Frame.text("Hello").compressed()).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/").send(first, first).expectCloseAndEof(PROTOCOL_ERROR);
        connect("/").send(Frame.text("Hel").unfinished(), first).expectCloseAndEof(PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7, 11, 15})
    void refusesAReservedBitOnWhatStartsNoMessage(int opcode) {
        connect("/").send(Frame.of(opcode, hex("00")).withRsv(Frame.RSV1)).expectCloseAndEof(PROTOCOL_ERROR);
    }

    // Data that can't be inflated

    @ParameterizedTest
    @ValueSource(
            strings = {
                "06", // a kind of block that does not exist
                "07 00",
                "f2 48 cd c9 c9 07 00 00 00 ff ff 06", // the same behind a good block
                "00 05 00 fa fe 48 65 6c 6c 6f 00", // a stored block whose lengths differ
                "02 02 00 00", // a reference before the start
                "4a 04 42 00 00", // a reference too far back
                "1a 03 00", // a literal that does not exist
                "4a 04 3e 00 00", // a distance that does not exist
                "f4 00 00 00 00 00 00 00", // too many literals
                "04 1e 00 00 00 00 00 00", // too many distances
                "04 00 92 04", // trees: more codes than bits can tell apart
                "04 00 0e 00", // fewer
                "04 00 02 24", // a repetition of nothing
                "04 00 80 e4 7f 1b" // no end of the block
            })
    void refusesWhatIsNoDeflateData(String hex) {
        assertNoMessage(hex(hex));
        connect("/").send(deflated(Frame.BINARY, hex)).expectCloseAndEof(INVALID_PAYLOAD);
        connect("/").send(rsv1(fragmentsOf(1, Frame.TEXT, hex(hex)))).expectCloseAndEof(INVALID_PAYLOAD);
        connect("/ws").send(deflated(Frame.TEXT, hex)).expectCloseAndEof(INVALID_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no block at all
                "f2",
                "f2 48 cd",
                "f2 48 cd c9 c9 07",
                "00 05 00 fa ff 48 65",
                "00 05 00 fa ff 48 65 6c 6c 6f", // the flush's own header is missing
                "00 05 00"
            })
    void refusesAMessageThatIsCutShort(String hex) {
        assertNoMessage(hex(hex));
        connect("/").send(deflated(Frame.BINARY, hex)).expectCloseAndEof(INVALID_PAYLOAD);
        connect("/")
                .send(deflated(Frame.TEXT, hex).unfinished(), Frame.continuation())
                .expectCloseAndEof(INVALID_PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
    void refusesALongMessageThatIsCutShort(double share) {
        byte[] whole = Deflate.compress(noise(3000));
        byte[] cut = Arrays.copyOf(whole, (int) (whole.length * share));
        assertNoMessage(cut);
        connect("/").send(Frame.binary(cut).withRsv(Frame.RSV1)).expectCloseAndEof(INVALID_PAYLOAD);
    }

    private static void assertNoMessage(byte[] payload) {
        assertThatThrownBy(() -> Deflate.inflate(payload)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "c3 28", "ed a0 80", "f4 90 80 80", "61 62 63 e2 82"})
    void refusesTextThatIsNoUtf8OnceItIsInflated(String hex) {
        connect("/").send(Frame.text(hex(hex)).compressed()).expectCloseAndEof(INVALID_PAYLOAD);
        connect("/ws").send(Frame.text(hex(hex)).compressed()).expectCloseAndEof(INVALID_PAYLOAD);
        connect("/").send(Frame.binary(hex(hex)).compressed()).expectInflated(Frame.binary(hex(hex)));
    }

    @Test
    void refusesLongTextThatIsNoUtf8OnceItIsInflated() {
        byte[] text = utf8("é".repeat(20_000));
        text[30_000] = (byte) 0xff;
        connect("/").send(Frame.text(text).compressed()).expectCloseAndEof(INVALID_PAYLOAD);
    }

    @Test
    void relaysWhatCameBeforeABrokenMessageAndNothingBehindIt() {
        WebSocketPeer listener = connect("/raw/broken");
        connect("/raw/broken")
                .send(
                        Frame.text("before").compressed(),
                        deflated(Frame.TEXT, "06"),
                        Frame.text("behind").compressed());
        listener.expectInflated(Frame.text("before"))
                .send(Frame.text("last").compressed())
                .expectInflated(Frame.text("last"));
    }

    // What the server sends

    @ParameterizedTest
    @CsvSource({"/, 2000", "/, 65536", "/raw/conformance, 2000", "/raw/conformance, 65536"})
    void compressesWhatShrinks(String path, int length) {
        WebSocketPeer peer = connect(path);
        for (Frame message : new Frame[] {Frame.text(ascii(length)), Frame.binary(binary(length))}) {
            peer.send(message.compressed()).expectCompressed(message);
            peer.send(message).expectCompressed(message);
            peer.send(message.compressed(), message).expectCompressed(message).expectCompressed(message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 16})
    void sendsAShortMessageAsItIs(int length) {
        connect("/")
                .send(Frame.text(ascii(length)).compressed(), Frame.binary(binary(length)))
                .expect(Frame.text(ascii(length)))
                .expect(Frame.binary(binary(length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1000, 30_000, 65_536})
    void sendsWhatDoesNotShrinkAsItIs(int length) {
        Frame message = Frame.binary(noise(length));
        connect("/").send(message).expect(message).send(message.compressed()).expect(message);
    }

    /** The frame is inflated by a fresh inflater, which a reference to an earlier message would fail. */
    @Test
    void compressesEachOfManyMessagesByItself() {
        WebSocketPeer peer = connect("/");
        Frame message = Frame.text("one and the same sentence ".repeat(100));
        for (int i = 0; i < 50; i++) {
            peer.send(message);
        }
        for (int i = 0; i < 50; i++) {
            peer.expectCompressed(message);
        }
    }

    @Test
    void compressesForNobodyWhoDidNotAsk() {
        Frame message = Frame.text(ascii(5000));
        WebSocketPeer plain = SERVER.connect("/raw/mixed");
        WebSocketPeer compressing = connect("/raw/mixed");
        compressing.send(message.compressed()).expectCompressed(message);
        plain.expect(message).send(message).expect(message);
        compressing.expectCompressed(message);
    }

    @Test
    void sendsControlFramesAsTheyAre() {
        byte[] payload = new byte[125];
        connect("/")
                .sendPing(payload)
                .expectPong(payload)
                .sendClose(4321, "a".repeat(100))
                .expectCloseAndEof(4321);
    }

    // JSON

    @Test
    void readsCompressedCommandsAndAnswersPlainly() {
        String channels = IntStream.range(0, 40)
                .mapToObj(i -> '"' + "channel-number-".repeat(10) + i + '"')
                .collect(Collectors.joining(","));
        WebSocketPeer peer = connect("/ws");
        peer.send(Frame.text("{\"type\":\"subscribe\",\"channels\":[" + channels + "],\"id\":1}")
                .compressed());
        assertThat(peer.text()).contains("\"subscribed\"").contains("\"id\":1");
        peer.send(Frame.text("{\"type\":\"ping\"}").compressed());
        assertThat(peer.text()).contains("\"pong\"");
        peer.send(Frame.text("{\"type\":\"" + "x".repeat(5000) + "\"}").compressed());
        assertThat(peer.text()).contains("\"unknown_type\"");
        peer.send(Frame.text("no JSON").compressed());
        assertThat(peer.text()).contains("\"bad_request\"");
        peer.send(Frame.text("{\"type\":\"publish\",\"channel\":\"nobody\",\"data\":0,\"id\":2}")
                .compressed());
        assertThat(peer.text()).contains("\"published\"").contains("\"id\":2");
    }

    @Test
    void compressesEvents() {
        String data = '"' + "spelled as it was,  with spaces ".repeat(100) + '"';
        WebSocketPeer peer = connect("/ws");
        WebSocketPeer plain = SERVER.connect("/ws");
        for (WebSocketPeer each : new WebSocketPeer[] {peer, plain}) {
            each.sendText("{\"type\":\"subscribe\",\"channel\":\"zip\",\"id\":1}");
            assertThat(each.text()).contains("\"subscribed\"");
        }
        peer.send(Frame.text("{\"type\":\"publish\",\"channel\":\"zip\",\"data\":" + data + "}")
                .compressed());
        Frame event = peer.frame();
        assertThat(event.rsv()).isEqualTo(Frame.RSV1);
        assertThat(event.inflated().text()).contains("\"event\"").contains("\"data\":" + data);
        plain.expect(event.inflated());
    }

    @Test
    void compressesWhatPassesBetweenRawAndJson() {
        WebSocketPeer raw = connect("/raw/zip2");
        WebSocketPeer json = connect("/ws");
        json.sendText("{\"type\":\"subscribe\",\"channel\":\"zip2\",\"id\":1}");
        assertThat(json.text()).contains("\"subscribed\"");
        String text = "from raw to JSON ".repeat(200);
        raw.send(Frame.text(text).compressed()).expectCompressed(Frame.text(text));
        Frame event = json.frame();
        assertThat(event.rsv()).isEqualTo(Frame.RSV1);
        assertThat(event.inflated().text()).contains("\"data\":\"" + text + "\"");
        json.send(Frame.text("{\"type\":\"publish\",\"channel\":\"zip2\",\"data\":\"" + text + "\"}")
                .compressed());
        raw.expectCompressed(Frame.text(text));
    }

    /** Binary is refused for what it is, not for what it holds. */
    @Test
    void refusesCompressedBinaryOnJsonAsAnyOther() {
        connect("/ws").send(Frame.binary(ascii(2000)).compressed()).expectCloseAndEof(1003);
    }
}
