package dev.fanfare.cli.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates compressed messages (RFC 7692, section 7.2.2) that need no context. What many sockets get is inflated once, so
 * that the generator keeps up with the server: a message that was inflated lately is found by its bytes. Belongs to one
 * loop.
 */
final class Inflation {
    private static final byte[] TAIL = {0, 0, -1, -1};
    private static final int LATELY = 1024;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final @Nullable Inflated[] lately = new Inflated[LATELY];
    private final int largest;

    private record Inflated(ByteBuffer compressed, ByteBuffer message) {}

    /** {@code largest} bounds a message, in bytes. */
    Inflation(int largest) {
        this.largest = largest;
    }

    /** The message whose compressed bytes stand at {@code offset}, from the first byte of the result to its limit. */
    ByteBuffer inflate(ByteBuffer in, int offset, int length) throws ProtocolException {
        ByteBuffer compressed = in.slice(offset, length);
        checksum.reset();
        checksum.update(compressed);
        compressed.rewind();
        int index = (int) checksum.getValue() & (LATELY - 1);
        Inflated found = lately[index];
        if (found == null || !found.compressed().equals(compressed)) {
            ByteBuffer copy = ByteBuffer.allocate(length).put(compressed).flip();
            found = new Inflated(copy, inflate(copy.array()));
            lately[index] = found;
        }
        return found.message();
    }

    private ByteBuffer inflate(byte[] compressed) throws ProtocolException {
        try {
            ByteBuffer out = ByteBuffer.allocate(largest);
            inflater.reset();
            inflater.setInput(compressed);
            inflater.inflate(out);
            inflater.setInput(TAIL);
            inflater.inflate(out);
            if (!out.hasRemaining()) {
                throw new ProtocolException("a frame that inflates to more than " + largest + " bytes");
            }
            return ByteBuffer.allocate(out.position()).put(out.flip()).flip();
        } catch (DataFormatException e) {
            throw new ProtocolException("a frame that can't be inflated: " + e.getMessage());
        }
    }
}
