package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** The bytes of a message and what they are. They are never changed, so they may be shared between threads. */
public final class Payload {
    /** What the bytes are. */
    public enum Kind {
        /** UTF-8 text, as a raw socket sent it. */
        TEXT,
        /** Anything. */
        BINARY,
        /** One JSON value, as its publisher spelled it. */
        JSON
    }

    private final Kind kind;
    private final byte[] bytes;
    private final int offset;
    private final int length;

    private Payload(Kind kind, byte[] bytes, int offset, int length) {
        this.kind = kind;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** All of {@code bytes}, which the caller gives away. */
    public static Payload of(Kind kind, byte[] bytes) {
        return new Payload(kind, bytes, 0, bytes.length);
    }

    /** A part of {@code bytes}, which the caller gives away. */
    public static Payload slice(Kind kind, byte[] bytes, int offset, int length) {
        return new Payload(kind, bytes, Objects.checkFromIndexSize(offset, length, bytes.length), length);
    }

    /**
     * A part of {@code bytes}, which the caller gives away, and which came from somewhere that may not keep the rules:
     * text is UTF-8, and JSON one value, whose whitespace in front and behind is left out.
     *
     * @throws ProtocolException where it is not
     */
    public static Payload checked(Kind kind, byte[] bytes, int offset, int length) throws ProtocolException {
        if (kind != Kind.BINARY
                && !ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes, offset, length), StandardCharsets.UTF_8)) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "no UTF-8");
        }
        Payload payload = slice(kind, bytes, offset, length);
        return kind == Kind.JSON ? payload.value() : payload;
    }

    private Payload value() throws ProtocolException {
        int start = offset;
        int end = offset + length;
        while (start < end && isWhitespace(bytes[start])) {
            start++;
        }
        while (start < end && isWhitespace(bytes[end - 1])) {
            end--;
        }
        Json.checkValue(bytes, start, end - start);
        return slice(Kind.JSON, bytes, start, end - start);
    }

    private static boolean isWhitespace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    public Kind kind() {
        return kind;
    }

    /** In bytes. */
    public int size() {
        return length;
    }

    /** The byte at {@code index} of this payload. */
    public byte byteAt(int index) {
        return bytes[offset + Objects.checkIndex(index, length)];
    }

    public void writeTo(ByteBuf out) {
        out.writeBytes(bytes, offset, length);
    }

    /** The bytes read as UTF-8. */
    public String asString() {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Override
    public String toString() {
        return kind + "[" + length + " B]";
    }
}
