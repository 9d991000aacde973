package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * One WebSocket frame, well-formed or not (RFC 6455, section 5.2).
 *
 * @param fin whether it is the last one of its message
 * @param rsv the three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1
 * @param opcode 0 to 15
 * @param payload unmasked
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, in equals below
public record Frame(boolean fin, int rsv, int opcode, byte[] payload) {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** The bit that says that a message is compressed (RFC 7692, section 6). */
    public static final int RSV1 = 4;

    public static Frame of(int opcode, byte... payload) {
        return new Frame(true, 0, opcode, payload);
    }

    public static Frame text(String text) {
        return of(TEXT, text.getBytes(UTF_8));
    }

    public static Frame text(byte... payload) {
        return of(TEXT, payload);
    }

    public static Frame binary(byte... payload) {
        return of(BINARY, payload);
    }

    public static Frame continuation(byte... payload) {
        return of(CONTINUATION, payload);
    }

    public static Frame continuation(String text) {
        return continuation(text.getBytes(UTF_8));
    }

    public static Frame ping(byte... payload) {
        return of(PING, payload);
    }

    public static Frame ping(String text) {
        return ping(text.getBytes(UTF_8));
    }

    public static Frame pong(byte... payload) {
        return of(PONG, payload);
    }

    /** A close frame whose body is {@code body}, which need not be a code and a reason. */
    public static Frame close(byte... body) {
        return of(CLOSE, body);
    }

    public static Frame close(int code) {
        return close(code, new byte[0]);
    }

    public static Frame close(int code, String reason) {
        return close(code, reason.getBytes(UTF_8));
    }

    public static Frame close(int code, byte[] reason) {
        byte[] body = new byte[2 + reason.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(reason, 0, body, 2, reason.length);
        return close(body);
    }

    /** The same frame, announcing that more fragments follow. */
    public Frame unfinished() {
        return new Frame(false, rsv, opcode, payload);
    }

    public Frame withRsv(int newRsv) {
        return new Frame(fin, newRsv, opcode, payload);
    }

    /** The same message, compressed by itself. */
    public Frame compressed() {
        return new Frame(fin, RSV1, opcode, Deflate.compress(payload));
    }

    /** The same message as it was before it was compressed, if it was. */
    public Frame inflated() {
        return rsv == RSV1 ? new Frame(fin, 0, opcode, Deflate.inflate(payload)) : this;
    }

    /** The payload as text. */
    public String text() {
        return new String(payload, UTF_8);
    }

    /** The status code of a close frame, 1005 where it has none. */
    public int closeCode() {
        return payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    }

    /** The reason of a close frame. */
    public String closeReason() {
        return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, UTF_8);
    }

    /** The bytes of this frame as an honest client sends it. */
    public byte[] encode() {
        return encode(Encoding.MASKED);
    }

    public byte[] encode(Encoding encoding) {
        return encoding.encode(this);
    }

    /** The bytes of several frames, one behind the other, as an honest client sends them. */
    public static byte[] encodeAll(Frame... frames) {
        var out = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            out.writeBytes(frame.encode());
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that
                && fin == that.fin
                && rsv == that.rsv
                && opcode == that.opcode
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * Boolean.hashCode(fin) + rsv) + opcode) + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        String content = opcode == CLOSE
                ? closeCode() + " '" + closeReason() + "'"
                : payload.length + " bytes '" + (payload.length > 60 ? text().substring(0, 20) + "..." : text()) + "'";
        return "Frame[fin=" + fin + " rsv=" + rsv + " opcode=" + opcode + " " + content + "]";
    }
}
