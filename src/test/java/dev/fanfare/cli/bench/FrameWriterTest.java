package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class FrameWriterTest {

    @Property(tries = 200)
    void masksThePayloadWithTheKeyInTheHeader(@ForAll @Size(max = 300) byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + FrameWriter.OVERHEAD);

        FrameWriter.write(out, FrameParser.TEXT, ByteBuffer.wrap(payload));

        out.flip();
        assertThat(out.get()).isEqualTo((byte) 0x81);
        assertThat(out.get() & 0x80).isNotZero();
        if (payload.length > 125) {
            assertThat(out.getShort()).isEqualTo((short) payload.length);
        }
        byte[] key = new byte[4];
        out.get(key);
        byte[] masked = new byte[out.remaining()];
        out.get(masked);
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= key[i % 4];
        }
        assertThat(masked).isEqualTo(payload);
    }
}
