package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;

/**
 * What every payload starts with: the run (8 hex digits, so that somebody else's messages are not mistaken for ours),
 * the sequence number (8) and the intended send time in nanoseconds (16). It is text, so that it is legal in text
 * frames and in JSON strings, and of fixed width, so that it is read without a parser: eight digits are one {@code
 * long}.
 *
 * <p>Buffers are big-endian, as they are by default.
 */
final class Stamp {

    static final int LENGTH = 32;

    private static final int SEQUENCE = 8;
    private static final int TIME = 16;

    private Stamp() {}

    static void write(ByteBuffer out, int at, int run, int sequence, long time) {
        out.putLong(at, digits(run));
        out.putLong(at + SEQUENCE, digits(sequence));
        out.putLong(at + TIME, digits((int) (time >>> 32)));
        out.putLong(at + TIME + 8, digits((int) time));
    }

    /** The eight digits as they stand in a payload. */
    static long digits(int value) {
        long digits = 0;
        for (int shift = 28; shift >= 0; shift -= 4) {
            digits = (digits << 8) | Character.forDigit((value >>> shift) & 0xf, 16);
        }
        return digits;
    }

    static int sequence(ByteBuffer in, int at) {
        return value(in.getLong(at + SEQUENCE));
    }

    static long time(ByteBuffer in, int at) {
        return ((long) value(in.getLong(at + TIME)) << 32) | (value(in.getLong(at + TIME + 8)) & 0xffff_ffffL);
    }

    /** The inverse of {@link #digits}, on all eight at once: a letter has bit 6 set and is 9 more than its low bits. */
    static int value(long digits) {
        long nibbles = (digits & 0x0f0f_0f0f_0f0f_0f0fL) + 9 * ((digits >>> 6) & 0x0101_0101_0101_0101L);
        long bytes = (nibbles | (nibbles >>> 4)) & 0x00ff_00ff_00ff_00ffL;
        long shorts = (bytes | (bytes >>> 8)) & 0x0000_ffff_0000_ffffL;
        return (int) (shorts | (shorts >>> 16));
    }
}
