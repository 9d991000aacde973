package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameParserTest {

    private static final int CAPACITY = 512 * 1024;

    private final ByteBuffer in = ByteBuffer.allocateDirect(CAPACITY);

    @Property(tries = 300)
    void findsEveryFrameHoweverTheBytesAreSplit(
            @ForAll("payloads") List<byte[]> payloads,
            @ForAll @Size(max = 20) List<@IntRange(max = 90_000) Integer> cuts)
            throws ProtocolException {
        ByteBuffer stream = ByteBuffer.allocate(CAPACITY);
        payloads.forEach(payload -> frame(stream, payload));
        stream.flip();

        List<byte[]> found = new ArrayList<>();
        byte[] begun = {};
        for (int piece = 0; stream.hasRemaining(); piece++) {
            int count = piece < cuts.size() ? cuts.get(piece) : stream.remaining();
            byte[] read = new byte[Math.min(count, stream.remaining())];
            stream.get(read);
            in.clear().put(begun).put(read);
            int to = in.position();
            int from = FrameParser.parse(in, 0, to, (opcode, compressed, buffer, offset, length) -> {
                assertThat(opcode).isEqualTo(FrameParser.BINARY);
                byte[] payload = new byte[length];
                buffer.get(offset, payload);
                found.add(payload);
            });
            begun = new byte[to - from];
            in.get(from, begun);
        }

        assertThat(begun).isEmpty();
        assertThat(found).usingElementComparator(Arrays::compare).containsExactlyElementsOf(payloads);
    }

    @Provide
    Arbitrary<List<byte[]>> payloads() {
        Arbitrary<Integer> sizes = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 130),
                Arbitraries.of(125, 126, 127, 65_535, 65_536),
                Arbitraries.integers().between(0, 70_000));
        return sizes.map(FrameParserTest::pattern).list().ofMaxSize(5);
    }

    @Test
    void refusesAFragmentedMessage() {
        assertThatThrownBy(() -> parse(0x01, 0x00)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void tellsWhatIsCompressed() throws ProtocolException {
        List<Boolean> found = new ArrayList<>();
        in.clear().put(new byte[] {(byte) 0x81, 0, (byte) 0xc1, 0});
        FrameParser.parse(in, 0, 4, (opcode, compressed, buffer, offset, length) -> found.add(compressed));
        assertThat(found).containsExactly(false, true);
    }

    @Test
    void refusesAReservedBit() {
        assertThatThrownBy(() -> parse(0xa1, 0x00)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> parse(0x91, 0x00)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAMaskedFrame() {
        assertThatThrownBy(() -> parse(0x81, 0x80, 0, 0, 0, 0)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAFrameThatCanNeverFitIntoTheBuffer() {
        assertThatThrownBy(() -> parse(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0)).hasMessageContaining("1048576 bytes");
    }

    @Test
    void refusesALengthWithItsHighestBitSet() {
        assertThatThrownBy(() -> parse(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1)).isInstanceOf(ProtocolException.class);
    }

    private void parse(int... bytes) throws ProtocolException {
        in.clear();
        for (int one : bytes) {
            in.put((byte) one);
        }
        FrameParser.parse(in, 0, in.position(), (opcode, compressed, buffer, offset, length) -> {});
    }

    private static byte[] pattern(int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) (i * 31 + size);
        }
        return payload;
    }

    private static void frame(ByteBuffer out, byte[] payload) {
        out.put((byte) (0x80 | FrameParser.BINARY));
        if (payload.length < 126) {
            out.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            out.put((byte) 126).putShort((short) payload.length);
        } else {
            out.put((byte) 127).putLong(payload.length);
        }
        out.put(payload);
    }
}
