package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7692, section 7.2.3, and what is not one message by itself. */
class DeflateTest {
    private static final byte[] HELLO = "Hello".getBytes(UTF_8);

    @Test
    void compressesAsTheRfcDoes() {
        assertThat(hex(Deflate.compress(HELLO))).isEqualTo("f248cdc9c90700");
        assertThat(hex(Deflate.compress(new byte[0]))).isEqualTo("00");
        assertThat(hex(Deflate.stored(HELLO, Deflate.STORED_BLOCK))).isEqualTo("000500faff48656c6c6f00");
        assertThat(hex(Deflate.finished(HELLO))).isEqualTo("f348cdc9c9070000");
    }

    @Test
    void refersToTheMessageBeforeAsTheRfcDoesUnlessItForgets() {
        try (var deflate = Deflate.with(Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY)) {
            assertThat(hex(deflate.next(HELLO))).isEqualTo("f248cdc9c90700");
            assertThat(hex(deflate.next(HELLO))).isEqualTo("f200110000");
            assertThat(hex(deflate.forget().next(HELLO))).isEqualTo("f248cdc9c90700");
        }
    }

    @Test
    void spellsNothingAfterAMessageAsAnEmptyBlock() {
        try (var deflate = Deflate.with(Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY)) {
            deflate.next(HELLO);
            assertThat(hex(deflate.next(new byte[0]))).isEqualTo("00");
        }
    }

    @Test
    void concatenatesAsTheRfcDoes() {
        byte[] blocks =
                Deflate.concatenate(Deflate.compress("He".getBytes(UTF_8)), Deflate.compress("llo".getBytes(UTF_8)));
        assertThat(hex(blocks)).isEqualTo("f24805000000ffffcac9c90700");
        assertThat(Deflate.inflate(blocks)).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f24805000000ffffcac9c90700"})
    void inflatesWhatTheRfcCompressed(String hex) {
        assertThat(Deflate.inflate(bytes(hex))).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // not even a block
                "f248cdc9c907", // cut
                "f248cdc9c907000000ffff", // with its tail
                "f348cdc9c90700", // nothing behind a final block
                "f200110000", // refers to the message before
                "06" // a kind of block that does not exist
            })
    void inflatesNothingButOneWholeMessage(String hex) {
        assertThatThrownBy(() -> Deflate.inflate(bytes(hex))).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 65535})
    void inflatesStoredBlocksOfAnySize(int size) {
        byte[] message = new byte[70_000];
        message[69_999] = 1;
        assertThat(Deflate.inflate(Deflate.stored(message, size))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY})
    void compressesWithAnyLevelAndStrategyWhatItInflates(int strategy) {
        byte[] message = "to be or not to be ".repeat(200).getBytes(UTF_8);
        for (int level = 0; level <= 9; level++) {
            assertThat(Deflate.inflate(Deflate.compress(message, level, strategy)))
                    .isEqualTo(message);
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
