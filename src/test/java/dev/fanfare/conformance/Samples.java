package dev.fanfare.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fanfare.testing.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

/** Payloads, and messages cut into fragments. */
final class Samples {
    private Samples() {}

    /** {@code length} bytes of ASCII text without a short period. */
    static byte[] ascii(int length) {
        return bytes(length, 'a', 26);
    }

    /** {@code length} bytes that take every value. */
    static byte[] binary(int length) {
        return bytes(length, 0, 256);
    }

    private static byte[] bytes(int length, int first, int values) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + (i + i / 251) % values);
        }
        return bytes;
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** A message in fragments that end at {@code cuts}; the same cut twice makes an empty fragment. */
    static Frame[] fragments(int opcode, byte[] payload, int... cuts) {
        int[] ends = Arrays.copyOf(cuts, cuts.length + 1);
        ends[cuts.length] = payload.length;
        return IntStream.range(0, ends.length)
                .mapToObj(i -> new Frame(
                        i == cuts.length,
                        0,
                        i == 0 ? opcode : Frame.CONTINUATION,
                        Arrays.copyOfRange(payload, i == 0 ? 0 : ends[i - 1], ends[i])))
                .toArray(Frame[]::new);
    }

    /** A message in fragments of {@code size} bytes. */
    static Frame[] fragmentsOf(int size, int opcode, byte[] payload) {
        int[] cuts = IntStream.iterate(size, cut -> cut < payload.length, cut -> cut + size)
                .toArray();
        return fragments(opcode, payload, cuts);
    }

    /** Fragments whose first one says that the message is compressed. */
    static Frame[] rsv1(Frame... fragments) {
        fragments[0] = fragments[0].withRsv(Frame.RSV1);
        return fragments;
    }
}
