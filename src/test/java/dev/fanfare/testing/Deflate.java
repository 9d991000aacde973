package dev.fanfare.testing;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The payloads of {@code permessage-deflate} (RFC 7692, section 7.2): one compressor, which remembers its earlier messages
 * unless it is told to {@link #forget}, and ways to spell and to read one message by itself.
 */
public final class Deflate implements AutoCloseable {
    /** The largest stored block that DEFLATE can spell. */
    public static final int STORED_BLOCK = 0xffff;

    /** What a flush ends with, what senders take off, and what receivers put back. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /** An empty final block, which ends the stream behind {@link #TAIL} if that ended a block. */
    private static final byte[] END = {3, 0};

    private final Deflater deflater;

    private Deflate(int level, int strategy) {
        deflater = new Deflater(level, true);
        deflater.setStrategy(strategy);
        // The JDK hands a strategy over in a call that does nothing else, not even the flush that it was called for.
        deflater.deflate(new byte[1]);
    }

    /**
     * A compressor.
     *
     * @param level 0 to 9, or -1 for the usual one
     * @param strategy one of those of {@link Deflater}
     */
    public static Deflate with(int level, int strategy) {
        return new Deflate(level, strategy);
    }

    /** The next message, which may refer to the earlier ones. */
    public byte[] next(byte[] message) {
        if (message.length == 0) {
            return new byte[1]; // an empty stored block (section 7.2.3.6): zlib has nothing to flush behind a flush
        }
        deflater.setInput(message);
        return withoutTail(flush(message.length, Deflater.SYNC_FLUSH));
    }

    /** Lets the next message refer to none before it. */
    public Deflate forget() {
        deflater.reset();
        return this;
    }

    @Override
    public void close() {
        deflater.end();
    }

    /** One message by itself, as most clients spell it. */
    public static byte[] compress(byte[] message) {
        return compress(message, Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY);
    }

    /** One message by itself, by a compressor {@link #with} this level and strategy. */
    public static byte[] compress(byte[] message, int level, int strategy) {
        try (var deflate = with(level, strategy)) {
            return deflate.next(message);
        }
    }

    /** One message in blocks that are final, and the byte that has to stand behind them (section 7.2.3.4). */
    public static byte[] finished(byte[] message) {
        try (var deflate = with(Deflater.DEFAULT_COMPRESSION, Deflater.DEFAULT_STRATEGY)) {
            deflate.deflater.setInput(message);
            deflate.deflater.finish();
            byte[] blocks = deflate.flush(message.length, Deflater.NO_FLUSH);
            return Arrays.copyOf(blocks, blocks.length + 1);
        }
    }

    /** One message in stored blocks of {@code size} bytes, which make it longer than it was. */
    public static byte[] stored(byte[] message, int size) {
        var out = new ByteArrayOutputStream();
        for (int start = 0; start < message.length; start += size) {
            int length = Math.min(size, message.length - start);
            out.writeBytes(new byte[] {0, (byte) length, (byte) (length >> 8), (byte) ~length, (byte) (~length >> 8)});
            out.write(message, start, length);
        }
        out.write(0);
        return out.toByteArray();
    }

    /** Payloads that were compressed each by itself as the payload of one message: their blocks behind one another. */
    public static byte[] concatenate(byte[]... payloads) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < payloads.length; i++) {
            out.writeBytes(payloads[i]);
            if (i < payloads.length - 1) {
                out.writeBytes(TAIL);
            }
        }
        return out.toByteArray();
    }

    /** What a compressed message holds, if it is whole and refers to nothing before it; fails else. */
    public static byte[] inflate(byte[] payload) {
        if (endsWithTail(payload)) {
            throw new AssertionError("A compressed message ends with 00 00 ff ff");
        }
        byte[] input = join(payload, TAIL, END);
        var out = new ByteArrayOutputStream();
        var inflater = new Inflater(true);
        try {
            // A stream for each final block, and the last one for END: then TAIL has ended a block, and nothing is
            // left.
            for (int start = 0; start < input.length; start = input.length - inflater.getRemaining()) {
                inflater.reset();
                inflater.setInput(input, start, input.length - start);
                inflateStream(inflater, out);
            }
        } catch (DataFormatException e) {
            throw new AssertionError("A compressed message is no DEFLATE data", e);
        } finally {
            inflater.end();
        }
        return out.toByteArray();
    }

    private static void inflateStream(Inflater inflater, ByteArrayOutputStream out) throws DataFormatException {
        var buffer = new byte[64 * 1024];
        for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
            out.write(buffer, 0, count);
        }
        if (!inflater.finished()) {
            throw new AssertionError("A compressed message is cut short");
        }
    }

    /** The buffer takes any flush at once: one that has to go on in a second buffer would flush twice. */
    private byte[] flush(int length, int mode) {
        var buffer = new byte[length + length / 4 + 256];
        int count = deflater.deflate(buffer, 0, buffer.length, mode);
        if (count == buffer.length) {
            throw new AssertionError("The buffer is too small for a message of " + length + " bytes");
        }
        return Arrays.copyOf(buffer, count);
    }

    private static byte[] withoutTail(byte[] flushed) {
        if (!endsWithTail(flushed)) {
            throw new AssertionError("A flush that does not end with 00 00 ff ff");
        }
        return Arrays.copyOf(flushed, flushed.length - TAIL.length);
    }

    private static boolean endsWithTail(byte[] bytes) {
        int start = bytes.length - TAIL.length;
        return start >= 0 && Arrays.equals(bytes, start, bytes.length, TAIL, 0, TAIL.length);
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
