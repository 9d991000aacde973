package dev.fanfare.cli.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates compressed messages (RFC 7692, section 7.2.2) that need no context, into one buffer. Belongs to one loop. */
final class Inflation {
    private static final byte[] TAIL = {0, 0, -1, -1};

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer out;

    /** {@code capacity} is that of the largest message, in bytes. */
    Inflation(int capacity) {
        out = ByteBuffer.allocateDirect(capacity);
    }

    /** The message whose compressed bytes stand at {@code offset}; it stands in the result until the next call. */
    ByteBuffer inflate(ByteBuffer in, int offset, int length) throws ProtocolException {
        try {
            inflater.reset();
            out.clear();
            inflater.setInput(in.slice(offset, length));
            inflater.inflate(out);
            inflater.setInput(TAIL);
            inflater.inflate(out);
            if (!out.hasRemaining()) {
                throw new ProtocolException("a frame that inflates to more than " + out.capacity() + " bytes");
            }
            return out.flip();
        } catch (DataFormatException e) {
            throw new ProtocolException("a frame that can't be inflated: " + e.getMessage());
        }
    }
}
