package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
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
