package dev.fanfare.conformance;

import static dev.fanfare.conformance.Deflate.compress;
import static dev.fanfare.conformance.Deflate.compressed;
import static dev.fanfare.conformance.Samples.fragments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate (RFC 7692): each message by itself, inflated within bounds, and plain for who did not ask for it. */
class CompressionTest {
    private static final int RSV1 = 4;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static Response offer(String extensions) {
        return SERVER.answer(SERVER.upgrade("/").with("Sec-WebSocket-Extensions", extensions));
    }

    private static WebSocketPeer connect(String path) {
        return SERVER.connect(SERVER.upgrade(path).with("Sec-WebSocket-Extensions", "permessage-deflate"));
    }

    private static void expect(WebSocketPeer peer, Frame message) {
        assertThat(Deflate.inflated(peer.frame())).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=15",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15",
                "x-unknown, permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate"
            })
    void agreesToKeepNoContext(String extensions) {
        Response response = offer(extensions);
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Sec-WebSocket-Extensions").split(" *; *", -1))
                .startsWith("permessage-deflate")
                .contains("server_no_context_takeover", "client_no_context_takeover");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=x",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; no_such_parameter",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "x-permessage-deflate"
            })
    void declinesWhatItCannotKeep(String extensions) {
        Response response = offer(extensions);
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 50, 125, 126, 1000, 65535, 65536})
    void relaysACompressedMessage(int length) {
        WebSocketPeer peer = connect("/");
        for (int i = 0; i < 3; i++) {
            peer.send(compressed(Frame.TEXT, Samples.ascii(length)));
            expect(peer, Frame.text(Samples.ascii(length)));
            peer.send(compressed(Frame.BINARY, Samples.binary(length)));
            expect(peer, Frame.binary(Samples.binary(length)));
        }
    }

    @Test
    void relaysBetweenPeersThatCompressAndPeersThatDoNot() {
        WebSocketPeer plain = SERVER.connect("/");
        plain.sendText("plain").expectText("plain");
        WebSocketPeer compressing = connect("/");
        compressing.send(compressed(Frame.TEXT, Samples.ascii(5000)));
        expect(compressing, Frame.text(Samples.ascii(5000)));
        plain.expect(Frame.text(Samples.ascii(5000)));
        plain.sendText("back").expectText("back");
        expect(compressing, Frame.text("back"));
    }

    @Test
    void relaysAPlainMessageOfAPeerThatMayCompress() {
        WebSocketPeer peer = connect("/").sendText("as it is");
        expect(peer, Frame.text("as it is"));
    }

    @Test
    void relaysAnEmptyMessageInEveryFormOfIt() {
        WebSocketPeer peer = connect("/");
        for (byte[] empty : new byte[][] {{0}, {2, 0}, {3, 0}}) {
            peer.send(Frame.text(empty).withRsv(RSV1));
            expect(peer, Frame.text(""));
        }
    }

    /** RFC 7692, section 7.2.3: one block, a stored block, a block with BFINAL, two blocks. */
    @ParameterizedTest
    @ValueSource(
            strings = {"f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f248050000 00ffffcac9c90700"})
    void inflatesTheExamplesOfTheRfc(String hex) {
        WebSocketPeer peer = connect("/").send(Frame.text(Samples.hex(hex)).withRsv(RSV1));
        expect(peer, Frame.text("Hello"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "3, 3", "5, 9"})
    void relaysACompressedMessageInFragments(int first, int second) {
        byte[] payload = compress(Samples.ascii(300));
        Frame[] frames = fragments(Frame.TEXT, payload, first, second);
        frames[0] = frames[0].withRsv(RSV1);
        WebSocketPeer peer = connect("/").send(frames);
        expect(peer, Frame.text(Samples.ascii(300)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7})
    void refusesTheOtherReservedBits(int rsv) {
        connect("/").send(Frame.text(compress(Samples.ascii(9))).withRsv(rsv)).expectCloseAndEof(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.PING, Frame.PONG, Frame.CLOSE})
    void refusesACompressedControlFrame(int opcode) {
        connect("/").send(Frame.of(opcode).withRsv(RSV1)).expectCloseAndEof(1002);
    }

    @Test
    void refusesTheBitOnAContinuation() {
        Frame[] frames = fragments(Frame.TEXT, compress(Samples.ascii(300)), 4);
        connect("/").send(frames[0].withRsv(RSV1), frames[1].withRsv(RSV1)).expectCloseAndEof(1002);
        connect("/").send(frames[0], frames[1].withRsv(RSV1)).expectCloseAndEof(1002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff", "07", "060000", "00050000004865"})
    void refusesWhatDoesNotInflate(String hex) {
        connect("/").send(Frame.text(Samples.hex(hex)).withRsv(RSV1)).expectCloseAndEof(1007);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "eda080", "6162f4908080"})
    void refusesTextThatInflatesToWhatIsNotUtf8(String hex) {
        connect("/").send(compressed(Frame.TEXT, Samples.hex(hex))).expectCloseAndEof(1007);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_537, 1_000_000, 50_000_000})
    void refusesAMessageThatInflatesBeyondTheBound(int length) {
        var zeros = new byte[length];
        Arrays.fill(zeros, (byte) 'z');
        connect("/").send(compressed(Frame.BINARY, zeros)).expectCloseAndEof(1009);
        connect("/ws").send(compressed(Frame.TEXT, zeros)).expectCloseAndEof(1009);
    }

    @Test
    void refusesAMessageWhoseFragmentsInflateBeyondTheBound() {
        byte[] payload = compress(new byte[1_000_000]);
        Frame[] frames = fragments(Frame.BINARY, payload, 100, payload.length - 100);
        frames[0] = frames[0].withRsv(RSV1);
        connect("/").send(frames).expectCloseAndEof(1009);
    }

    @Test
    void takesACompressedCommand() {
        WebSocketPeer peer = connect("/ws");
        peer.send(compressed(Frame.TEXT, Samples.utf8("{\"type\":\"ping\",\"id\":\"deflated\"}")));
        assertThat(Deflate.inflated(peer.frame()).text()).contains("\"pong\"", "\"deflated\"");
    }
}
