package dev.fanfare.testing;

import java.io.ByteArrayOutputStream;

/**
 * How a frame is spelled on the wire: masked or not, in which form of length, announcing which length (RFC 6455, section
 * 5.2). Only {@link #MASKED} is what a client may do.
 *
 * @param masked whether the mask bit is set and the payload masked
 * @param key the masking key
 * @param lengthBytes how many bytes of extended length: 0, 2 or 8, or {@link #MINIMAL}
 * @param announced the length to announce, or {@link #REAL}
 */
public record Encoding(boolean masked, int key, int lengthBytes, long announced) {
    /** As few bytes of length as will do. */
    public static final int MINIMAL = -1;

    /** The length that the payload has. */
    public static final long REAL = Long.MIN_VALUE + 1;

    public static final Encoding MASKED = new Encoding(true, 0x37fa213d, MINIMAL, REAL);

    public static final Encoding UNMASKED = new Encoding(false, 0, MINIMAL, REAL);

    public Encoding withKey(int newKey) {
        return new Encoding(masked, newKey, lengthBytes, announced);
    }

    public Encoding withLengthBytes(int newLengthBytes) {
        return new Encoding(masked, key, newLengthBytes, announced);
    }

    public Encoding announcing(long newAnnounced) {
        return new Encoding(masked, key, lengthBytes, newAnnounced);
    }

    byte[] encode(Frame frame) {
        var out = new ByteArrayOutputStream(frame.payload().length + 14);
        out.write((frame.fin() ? 0x80 : 0) | frame.rsv() << 4 | frame.opcode());
        writeLength(out, announced == REAL ? frame.payload().length : announced);
        if (masked) {
            for (int i = 0; i < 4; i++) {
                out.write(keyByte(i));
            }
        }
        for (int i = 0; i < frame.payload().length; i++) {
            out.write(masked ? frame.payload()[i] ^ keyByte(i) : frame.payload()[i]);
        }
        return out.toByteArray();
    }

    private void writeLength(ByteArrayOutputStream out, long length) {
        int maskBit = masked ? 0x80 : 0;
        int bytes = lengthBytes == MINIMAL ? minimal(length) : lengthBytes;
        switch (bytes) {
            case 0 -> out.write(maskBit | (int) length);
            case 2 -> out.write(maskBit | 126);
            default -> out.write(maskBit | 127);
        }
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (length >>> shift));
        }
    }

    /** How many bytes of extended length are the fewest that hold {@code length}, taken as unsigned. */
    static int minimal(long length) {
        if (length < 0 || length > 0xffff) {
            return 8;
        }
        return length > 125 ? 2 : 0;
    }

    private int keyByte(int index) {
        return key >>> (24 - (index & 3) * 8) & 0xff;
    }
}
