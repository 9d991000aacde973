package dev.fanfare.protocol;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses messages of permessage-deflate (RFC 7692, section 7.2.2), each by itself. For one thread; all of its
 * sockets may share one.
 */
public final class Inflation {
    /**
     * What the sender left out, and then an empty last block, which makes the inflater say whether the message ended where
     * a block does.
     */
    private static final byte[] END = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    /** Blocks in a message that are marked as its last one. Each costs a restart, and takes but two bytes. */
    private static final int MOST_LAST_BLOCKS = 256;

    private static final int LEAST = 256;

    private final Inflater inflater = new Inflater(true);

    /** How many bytes of a compressed message may be held, where it inflates to at most {@code most}: some don't shrink. */
    public static int compressedBound(int most) {
        return (int) Math.min(64L + most + (most >> 4), Integer.MAX_VALUE);
    }

    /**
     * The message that was compressed.
     *
     * @param most how many bytes it may have
     * @throws TooLargeException where it has more; no more than that were inflated
     * @throws DataFormatException where this is no whole compressed message, or refers to an earlier one
     */
    public byte[] inflate(byte[] compressed, int most) throws DataFormatException, TooLargeException {
        byte[] input = Arrays.copyOf(compressed, compressed.length + END.length);
        System.arraycopy(END, 0, input, compressed.length, END.length);
        try {
            return inflateWhole(input, most);
        } finally {
            inflater.reset();
        }
    }

    private byte[] inflateWhole(byte[] input, int most) throws DataFormatException, TooLargeException {
        byte[] message = new byte[(int) Math.min(Math.max(4L * input.length, LEAST), most + 1L)];
        int size = 0;
        int lastBlocks = 0;
        inflater.setInput(input);
        while (true) {
            size += inflater.inflate(message, size, message.length - size);
            if (size > most) {
                throw new TooLargeException();
            } else if (inflater.finished()) {
                int left = inflater.getRemaining();
                if (left == 0) {
                    return Arrays.copyOf(message, size);
                }
                // More behind a block that was marked as the last one (RFC 7692, section 7.2.3.4).
                if (++lastBlocks > MOST_LAST_BLOCKS) {
                    throw new DataFormatException("more than " + MOST_LAST_BLOCKS + " last blocks in a message");
                }
                inflater.reset();
                inflater.setInput(input, input.length - left, left);
            } else if (size == message.length) {
                message = Arrays.copyOf(message, (int) Math.min(2L * size, most + 1L));
            } else {
                throw new DataFormatException("the compressed message is cut off");
            }
        }
    }

    /** A message of more bytes than it may have. It carries no stack trace, since it is an answer. */
    public static final class TooLargeException extends Exception {
        TooLargeException() {
            super(null, null, false, false);
        }
    }
}
