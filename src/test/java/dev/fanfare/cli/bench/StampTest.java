package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StampTest {

    private final ByteBuffer buffer = ByteBuffer.allocate(Stamp.LENGTH + 5);

    @Property
    void isReadAsItWasWritten(@ForAll int run, @ForAll int sequence, @ForAll long time) {
        Stamp.write(buffer, 5, run, sequence, time);

        assertThat(buffer.getLong(5)).isEqualTo(Stamp.digits(run));
        assertThat(Stamp.sequence(buffer, 5)).isEqualTo(sequence);
        assertThat(Stamp.time(buffer, 5)).isEqualTo(time);
    }

    @Test
    void isReadableText() {
        Stamp.write(buffer, 0, 0xcafe, 7, 0x1234_5678_9abc_def0L);

        assertThat(new String(buffer.array(), 0, Stamp.LENGTH, StandardCharsets.US_ASCII))
                .isEqualTo("0000cafe00000007123456789abcdef0");
    }
}
