package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventParserTest {

    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);

    @Property(tries = 300)
    void findsEveryEventHoweverTheBytesAreSplit(
            @ForAll("data") List<String> data, @ForAll @Size(max = 20) List<@IntRange(max = 3_000) Integer> cuts)
            throws ProtocolException {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < data.size(); i++) {
            stream.append(i % 3 == 0 ? ":\n\nid: e:" + i + "\n" : "").append("data: " + data.get(i) + "\n\n");
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(stream.toString());

        List<String> found = new ArrayList<>();
        byte[] begun = {};
        for (int piece = 0; bytes.hasRemaining(); piece++) {
            int count = piece < cuts.size() ? cuts.get(piece) : bytes.remaining();
            byte[] read = new byte[Math.min(count, bytes.remaining())];
            bytes.get(read);
            in.clear().put(begun).put(read);
            begun = parse(found);
        }

        assertThat(begun).isEmpty();
        assertThat(found).containsExactlyElementsOf(data);
    }

    /** Bytes that are near a line feed are none. */
    @Provide
    Arbitrary<List<String>> data() {
        return Arbitraries.strings()
                .withChars('\u000b', '\t', '\u008a', '\u010a', 'x', ':', ' ')
                .ofMaxLength(1_000)
                .list()
                .ofMaxSize(12);
    }

    @Test
    void passesOverWhatIsNoData() throws ProtocolException {
        assertThat(found("retry: 1000\n\nid: e:7\n\n:\n\n\n\nevent: x\ndata: a\nid: e:8\n\n"))
                .containsExactly("a");
    }

    @Test
    void refusesDataOnSeveralLinesAndOtherSpellings() {
        assertThatThrownBy(() -> found("data: a\ndata: b\n\n")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> found("data:a\n\n")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> found("data\n\n")).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesAnEventThatCanNeverFitIntoTheBuffer() {
        assertThatThrownBy(() -> found("data: " + "x".repeat(in.capacity() - 6)))
                .hasMessageContaining("more than 65536 bytes");
    }

    private List<String> found(String stream) throws ProtocolException {
        List<String> found = new ArrayList<>();
        in.clear().put(stream.getBytes(StandardCharsets.UTF_8));
        parse(found);
        return found;
    }

    private byte[] parse(List<String> found) throws ProtocolException {
        int to = in.position();
        int from = EventParser.parse(in, 0, to, (opcode, compressed, buffer, offset, length) -> {
            assertThat(opcode).isEqualTo(FrameParser.TEXT);
            assertThat(compressed).isFalse();
            byte[] text = new byte[length];
            buffer.get(offset, text);
            found.add(new String(text, StandardCharsets.UTF_8));
        });
        byte[] begun = new byte[to - from];
        in.get(from, begun);
        return begun;
    }
}
