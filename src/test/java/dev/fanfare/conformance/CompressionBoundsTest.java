package dev.fanfare.conformance;

import static dev.fanfare.conformance.Samples.ascii;
import static dev.fanfare.conformance.Samples.fragments;
import static dev.fanfare.conformance.Samples.fragmentsOf;
import static dev.fanfare.conformance.Samples.rsv1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Deflate;
import dev.fanfare.testing.Encoding;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code server.max-message-size} bounds what a message is, not how it is spelled: the bytes of it inflated. */
class CompressionBoundsTest {
    private static final int TOO_BIG = 1009;
    private static final int UNSUPPORTED = 1003;
    private static final int BOUND = 64 * 1024;
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("session.write-timeout=3s");

    private static WebSocketPeer connect(String path) {
        return SERVER.connectCompressing(path);
    }

    private static Frame binary(byte[] compressed) {
        return Frame.binary(compressed).withRsv(Frame.RSV1);
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new Random(7692).nextBytes(bytes);
        return bytes;
    }

    /** So many MiB of zeros, a thousandth as many bytes long. */
    private static byte[] bomb(int mebibytes) {
        var parts = new byte[mebibytes][];
        Arrays.fill(parts, Deflate.compress(new byte[MIB], Deflater.BEST_COMPRESSION, Deflater.DEFAULT_STRATEGY));
        return Deflate.concatenate(parts);
    }

    @AfterEach
    void servesAnHonestClientAfterwards() {
        Frame message = Frame.text(ascii(BOUND));
        connect("/").send(message.compressed()).expectInflated(message);
    }

    // To the byte

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536})
    void relaysAMessageOfTheGreatestSize(int length) {
        for (Frame message : new Frame[] {Frame.text(ascii(length)), Frame.binary(new byte[length])}) {
            connect("/").send(message.compressed()).expectInflated(message);
            connect("/")
                    .send(rsv1(fragments(message.opcode(), Deflate.compress(message.payload()), 0, 20, 20, 50)))
                    .expectInflated(message);
        }
    }

    @Test
    void relaysMessagesOfTheGreatestSizeAgainAndAgain() {
        WebSocketPeer peer = connect("/");
        for (int i = 0; i < 20; i++) {
            Frame message = i % 2 == 0 ? Frame.text(ascii(BOUND)) : Frame.binary(noise(BOUND));
            peer.send(message.compressed()).expectInflated(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"/, 65537", "/, 65600", "/, 131072", "/ws, 65537"})
    void refusesABiggerMessage(String path, int length) {
        connect(path).send(Frame.text(ascii(length)).compressed()).expectCloseAndEof(TOO_BIG);
        connect(path).send(Frame.binary(new byte[length]).compressed()).expectCloseAndEof(ofBinary(path));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 90})
    void refusesABiggerMessageInFragments(int size) {
        connect("/")
                .send(rsv1(fragmentsOf(size, Frame.BINARY, Deflate.compress(new byte[BOUND + 1]))))
                .expectCloseAndEof(TOO_BIG);
    }

    /** Each fragment inflates to no more than the bound. */
    @Test
    void refusesABiggerMessageWhoseFragmentsAreNot() {
        connect("/")
                .send(
                        binary(Deflate.compress(new byte[BOUND])).unfinished(),
                        Frame.continuation(new byte[] {0, 0, (byte) 0xff, (byte) 0xff})
                                .unfinished())
                .send(Frame.continuation(Deflate.compress(new byte[1000])))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void readsACommandOfTheGreatestSize() {
        String command = "{\"type\":\"ping\",\"padding\":\"";
        command += "a".repeat(BOUND - command.length() - 2) + "\"}";
        WebSocketPeer peer = connect("/ws").send(Frame.text(command).compressed());
        assertThat(peer.text()).contains("\"pong\"");
        peer.send(Frame.text(command + " ").compressed()).expectCloseAndEof(TOO_BIG);
    }

    // Longer on the wire than the bound

    /** Stored blocks of the sizes in which zlib writes them, with the most memory for it and with the least. */
    @ParameterizedTest
    @ValueSource(ints = {65_535, 32_767, 16_383, 2_047, 127})
    void relaysNoiseOfTheGreatestSizeInStoredBlocks(int block) {
        Frame message = Frame.binary(noise(BOUND));
        byte[] compressed = Deflate.stored(message.payload(), block);
        assertThat(compressed.length).isGreaterThan(BOUND);
        connect("/").send(binary(compressed)).expectInflated(message);
        connect("/").send(rsv1(fragmentsOf(1000, Frame.BINARY, compressed))).expectInflated(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 9})
    void relaysNoiseOfTheGreatestSizeAtAnyLevel(int level) {
        Frame message = Frame.binary(noise(BOUND));
        for (int strategy : new int[] {Deflater.DEFAULT_STRATEGY, Deflater.HUFFMAN_ONLY}) {
            byte[] compressed = Deflate.compress(message.payload(), level, strategy);
            assertThat(compressed.length).isGreaterThan(BOUND);
            connect("/").send(binary(compressed)).expectInflated(message);
        }
    }

    @Test
    void refusesNoiseOfOneByteMore() {
        connect("/")
                .send(binary(Deflate.stored(noise(BOUND + 1), Deflate.STORED_BLOCK)))
                .expectCloseAndEof(TOO_BIG);
        connect("/").send(binary(Deflate.compress(noise(BOUND + 1)))).expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesAPlainMessageOfOneByteMore() {
        connect("/").send(Frame.binary(noise(BOUND))).expectInflated(Frame.binary(noise(BOUND)));
        connect("/").send(Frame.binary(noise(BOUND + 1))).expectCloseAndEof(TOO_BIG);
        connect("/").send(fragments(Frame.BINARY, noise(BOUND + 1), BOUND)).expectCloseAndEof(TOO_BIG);
    }

    @ParameterizedTest
    @ValueSource(longs = {MIB, 0x7fffffffL, 0x80000000L, Long.MAX_VALUE})
    void refusesAFrameThatNoMessageNeedsByItsHeadAlone(long length) {
        connect("/")
                .send(binary(new byte[0]), Encoding.MASKED.announcing(length))
                .expectCloseAndEof(TOO_BIG);
        connect("/")
                .send(binary(new byte[0]).unfinished())
                .send(Frame.continuation(), Encoding.MASKED.announcing(length))
                .expectCloseAndEof(TOO_BIG);
    }

    /** Empty blocks inflate to nothing, but each has to be read. */
    @Test
    void refusesAMessageThatIsEndlessOnTheWireThoughItHoldsNothing() {
        byte[] blocks = Samples.hex("00 00 00 ff ff".repeat(3000));
        var frames = new Frame[900];
        Arrays.fill(frames, Frame.continuation(blocks).unfinished());
        frames[0] = binary(blocks).unfinished();
        WebSocketPeer peer = connect("/");
        for (Frame frame : frames) {
            if (!peer.trySend(frame)) {
                break;
            }
        }
        peer.expectCloseAndEof(TOO_BIG);
    }

    // Bombs

    @ParameterizedTest
    @CsvSource({"/, 1", "/, 10", "/, 60", "/ws, 1", "/ws, 60"})
    void refusesABomb(String path, int mebibytes) {
        byte[] bomb = bomb(mebibytes);
        assertThat(bomb.length).isLessThan(BOUND);
        connect(path).send(Frame.text(bomb).withRsv(Frame.RSV1)).expectCloseAndEof(TOO_BIG);
        connect(path).send(binary(bomb)).expectCloseAndEof(ofBinary(path));
    }

    /** Where binary is not taken it is not inflated to see how large it is. */
    private static int ofBinary(String path) {
        return path.equals("/ws") ? UNSUPPORTED : TOO_BIG;
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "60, 1000", "60, 60000"})
    void refusesABombInFragments(int mebibytes, int fragment) {
        connect("/")
                .send(rsv1(fragmentsOf(fragment, Frame.BINARY, bomb(mebibytes))))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesABombInAFrameOfExactlyTheBound() {
        byte[] bomb = Arrays.copyOf(bomb(64), BOUND);
        connect("/").send(binary(bomb)).expectCloseAndEof(TOO_BIG);
        connect("/")
                .send(binary(bomb).unfinished(), Frame.continuation(new byte[0]))
                .expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesABombOfOneGibibyte() {
        byte[] bomb = bomb(1024);
        connect("/").send(binary(bomb)).expectCloseAndEof(TOO_BIG);
        WebSocketPeer peer = connect("/");
        for (Frame fragment : rsv1(fragmentsOf(16 * 1024, Frame.BINARY, bomb))) {
            if (!peer.trySend(fragment)) {
                break;
            }
        }
        peer.expectCloseAndEof(TOO_BIG);
    }

    @Test
    void refusesABombBehindManyFinalBlocks() {
        var parts = new byte[66][];
        Arrays.fill(parts, Deflate.finished(new byte[1000]));
        connect("/").send(binary(Deflate.concatenate(parts))).expectCloseAndEof(TOO_BIG);
    }

    /** Many small messages are many messages: each has the bound to itself. */
    @Test
    void relaysManyMessagesThatAreTogetherBiggerThanTheBound() {
        Frame message = Frame.text(ascii(30_000));
        WebSocketPeer peer = connect("/");
        for (int i = 0; i < 20; i++) {
            peer.send(message.compressed());
        }
        for (int i = 0; i < 20; i++) {
            peer.expectInflated(message);
        }
    }

    @Test
    void refusesManyBombsAtOnce() {
        byte[] bomb = bomb(60);
        var peers = new WebSocketPeer[30];
        Arrays.setAll(peers, i -> connect("/raw/bombs"));
        for (WebSocketPeer peer : peers) {
            peer.send(binary(bomb));
        }
        for (WebSocketPeer peer : peers) {
            peer.expectCloseAndEof(TOO_BIG);
        }
    }
}
