package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Writes frames from server to client: final and unmasked (RFC 6455, section 5.2). */
public final class Frames {
    /** The longest header that {@link #writeHeader} writes, in bytes. */
    public static final int MAX_HEADER = 10;

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int FINAL = 0x80;
    /** Compressed (RFC 7692, section 6). */
    private static final int RSV1 = 0x40;

    private static final int OPCODE = 0xF;
    private static final int MAX_REASON = 123;

    private Frames() {}

    static void writeHeader(ByteBuf out, int opcode, int length) {
        writeHeaderOf(out, FINAL | opcode, length);
    }

    static void writeCompressedHeader(ByteBuf out, int opcode, int length) {
        writeHeaderOf(out, FINAL | RSV1 | opcode, length);
    }

    private static void writeHeaderOf(ByteBuf out, int first, int length) {
        out.writeByte(first);
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 65_536) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }

    /** The opcode of the frame that {@code frame} begins with. */
    static int opcode(ByteBuf frame) {
        return frame.getByte(frame.readerIndex()) & OPCODE;
    }

    /** The bytes before its payload. */
    static int headerLength(ByteBuf frame) {
        int length = frame.getUnsignedByte(frame.readerIndex() + 1);
        return length < 126 ? 2 : length == 126 ? 4 : MAX_HEADER;
    }

    /** An empty ping, from static bytes that all sockets may share. */
    public static ByteBuf ping() {
        return control(PING, Unpooled.EMPTY_BUFFER);
    }

    /** A pong with the payload of its ping, which stays the caller's. */
    public static ByteBuf pong(ByteBuf payload) {
        return control(PONG, payload);
    }

    /** A close frame with a code and a reason, which is cut to the 123 bytes it may have. */
    public static ByteBuf close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_REASON);
        while (length < text.length && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        return control(CLOSE, Unpooled.buffer(2 + length).writeShort(code).writeBytes(text, 0, length));
    }

    /** A close frame without a code. */
    public static ByteBuf close() {
        return control(CLOSE, Unpooled.EMPTY_BUFFER);
    }

    private static ByteBuf control(int opcode, ByteBuf payload) {
        int length = payload.readableBytes();
        return Unpooled.buffer(2 + length)
                .writeByte(FINAL | opcode)
                .writeByte(length)
                .writeBytes(payload, payload.readerIndex(), length);
    }
}
