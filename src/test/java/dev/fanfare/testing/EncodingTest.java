package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples of RFC 6455, section 5.7, and the spellings that only a test uses. */
class EncodingTest {
    @Test
    void spellsAnUnmaskedTextAsTheRfcDoes() {
        assertThat(hex(Frame.text("Hello").encode(Encoding.UNMASKED))).isEqualTo("810548656c6c6f");
    }

    @Test
    void spellsAMaskedTextAsTheRfcDoes() {
        assertThat(hex(Frame.text("Hello").encode())).isEqualTo("818537fa213d7f9f4d5158");
    }

    @Test
    void spellsTheFragmentsOfATextAsTheRfcDoes() {
        assertThat(hex(Frame.text("Hel").unfinished().encode(Encoding.UNMASKED)))
                .isEqualTo("010348656c");
        assertThat(hex(Frame.continuation("lo").encode(Encoding.UNMASKED))).isEqualTo("80026c6f");
    }

    @Test
    void spellsALengthOf256In16BitsAsTheRfcDoes() {
        assertThat(hex(Frame.binary(new byte[256]).encode(Encoding.UNMASKED))).startsWith("827e0100");
    }

    @Test
    void spellsALengthOf65536In64BitsAsTheRfcDoes() {
        assertThat(hex(Frame.binary(new byte[65536]).encode(Encoding.UNMASKED))).startsWith("827f0000000000010000");
    }

    @Test
    void spellsAShortLengthInMoreBytesThanItNeeds() {
        assertThat(hex(Frame.text("a").encode(Encoding.UNMASKED.withLengthBytes(2))))
                .isEqualTo("817e000161");
        assertThat(hex(Frame.text("a").encode(Encoding.UNMASKED.withLengthBytes(8))))
                .isEqualTo("817f000000000000000161");
    }

    @Test
    void announcesALengthOtherThanTheRealOne() {
        assertThat(hex(Frame.text("a").encode(Encoding.UNMASKED.announcing(5)))).isEqualTo("810561");
        assertThat(hex(Frame.text("").encode(Encoding.UNMASKED.announcing(Long.MIN_VALUE))))
                .isEqualTo("817f8000000000000000");
    }

    @Test
    void setsReservedBits() {
        assertThat(hex(Frame.text("").withRsv(4).unfinished().encode(Encoding.UNMASKED)))
                .isEqualTo("4100");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
