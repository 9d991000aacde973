package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;

/**
 * Another format's frames, compressed by permessage-deflate (RFC 7692, section 7.2.1). Each message is compressed by
 * itself, so that all sockets may share it, whatever they got before. One that is small, or that does not shrink, stays as
 * it is.
 */
public final class DeflatedFormat implements WireFormat {
    /** Below so many bytes compressing costs more than it saves. */
    static final int THRESHOLD = 256;

    /** What ends a flush, and is left out (RFC 7692, section 7.2.1). */
    private static final int TAIL = 4;

    private static final int HEADER_GUESS = 256;

    private final WireFormat plain;
    private final Deflater deflater;

    /** @param deflater without a header; it may be shared by what runs on the same thread */
    public DeflatedFormat(WireFormat plain, Deflater deflater) {
        this.plain = plain;
        this.deflater = deflater;
    }

    @Override
    public void encode(Message message, ByteBuf out) {
        ByteBuf frame = out.alloc().heapBuffer(message.publication().payload().size() + HEADER_GUESS);
        try {
            plain.encode(message, frame);
            if (!deflate(frame, out)) {
                out.writeBytes(frame);
            }
        } finally {
            frame.release();
        }
    }

    private boolean deflate(ByteBuf frame, ByteBuf out) {
        int header = Frames.headerLength(frame);
        int length = frame.readableBytes() - header;
        if (length < THRESHOLD) {
            return false;
        }
        ByteBuf deflated = out.alloc().heapBuffer(length);
        try {
            deflater.reset();
            deflater.setInput(frame.array(), frame.arrayOffset() + header, length);
            int size = deflater.deflate(deflated.array(), deflated.arrayOffset(), length, Deflater.SYNC_FLUSH);
            if (size == length) {
                return false;
            }
            Frames.writeCompressedHeader(out, Frames.opcode(frame), size - TAIL);
            out.writeBytes(deflated, 0, size - TAIL);
            return true;
        } finally {
            deflated.release();
        }
    }
}
