package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** Writes a client's frames, masked with a fresh key each (RFC 6455, section 5.3). */
final class FrameWriter {

    /** The most that {@link #write} adds to a payload. */
    static final int OVERHEAD = 14;

    private FrameWriter() {}

    static void write(ByteBuffer out, int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        out.put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(length);
        }
        int key = ThreadLocalRandom.current().nextInt();
        out.putInt(key);
        for (int i = 0; i < length; i++) {
            out.put((byte) (payload.get(payload.position() + i) ^ key >>> (24 - 8 * (i & 3))));
        }
    }
}
