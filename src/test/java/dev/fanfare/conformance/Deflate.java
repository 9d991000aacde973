package dev.fanfare.conformance;

import dev.fanfare.testing.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A message's payload as permessage-deflate has it, each message by itself (RFC 7692, section 7.2). */
final class Deflate {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int RSV1 = 4;

    private Deflate() {}

    static byte[] compress(byte[] payload) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(payload);
            var out = new ByteArrayOutputStream();
            var buffer = new byte[8192];
            for (int count = buffer.length; count == buffer.length; ) {
                count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                out.write(buffer, 0, count);
            }
            byte[] whole = out.toByteArray();
            return Arrays.copyOf(whole, whole.length - TAIL.length);
        } finally {
            deflater.end();
        }
    }

    /** A compressed message in one frame. */
    static Frame compressed(int opcode, byte[] payload) {
        return Frame.of(opcode, compress(payload)).withRsv(RSV1);
    }

    /** The message that a frame holds, compressed or not. */
    static Frame inflated(Frame frame) {
        return frame.rsv() == RSV1 ? Frame.of(frame.opcode(), inflate(frame.payload())) : frame;
    }

    private static byte[] inflate(byte[] compressed) {
        var inflater = new Inflater(true);
        try {
            inflater.setInput(Samples.join(compressed, TAIL));
            var out = new ByteArrayOutputStream();
            var buffer = new byte[8192];
            for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new AssertionError("The server compressed a message wrongly", e);
        } finally {
            inflater.end();
        }
    }
}
