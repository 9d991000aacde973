package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reads one frame from server to client as RFC 6455, section 5.2 has it, whatever wrote it. */
final class FrameReader {
    private final int opcode;
    private final byte[] payload;

    private FrameReader(int opcode, byte[] payload) {
        this.opcode = opcode;
        this.payload = payload;
    }

    static FrameReader of(ByteBuf in) {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        assertThat(first & 0xF0).as("final, and no extension").isEqualTo(0x80);
        assertThat(second & 0x80).as("not masked").isZero();
        long length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
            assertThat(length).as("shortest spelling").isGreaterThan(125);
        } else if (length == 127) {
            length = in.readLong();
            assertThat(length).as("shortest spelling").isGreaterThan(65_535);
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readBytes(payload);
        return new FrameReader(first & 0xF, payload);
    }

    /** The one frame in {@code in}, which is released. */
    static FrameReader only(ByteBuf in) {
        FrameReader frame = of(in);
        assertThat(in.readableBytes()).as("bytes behind the frame").isZero();
        in.release();
        return frame;
    }

    int opcode() {
        return opcode;
    }

    byte[] payload() {
        return payload.clone();
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
