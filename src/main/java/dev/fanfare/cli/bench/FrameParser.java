package dev.fanfare.cli.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Finds a server's WebSocket frames (RFC 6455, section 5.2) in place, without copying or keeping anything. */
final class FrameParser {

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    private static final int LONGEST_HEADER = 10;

    private FrameParser() {}

    /** Takes whole frames. */
    @FunctionalInterface
    interface Sink {

        /**
         * A frame whose payload stands in the buffer from {@code offset} on, until this call returns.
         *
         * @param compressed by permessage-deflate (RFC 7692, section 6)
         */
        void frame(int opcode, boolean compressed, ByteBuffer in, int offset, int length) throws ProtocolException;
    }

    /**
     * Hands every whole frame in {@code [from, to)} to the sink.
     *
     * @return where the first frame starts that is not whole, or {@code to}: what is from there on must stand at the
     *     beginning of the next call's bytes
     * @throws ProtocolException on what the peers measured here never send: masked or fragmented messages, reserved
     *     bits, and frames that don't fit into the buffer
     */
    static int parse(ByteBuffer in, int from, int to, Sink sink) throws ProtocolException {
        int at = from;
        while (to - at >= 2) {
            int first = in.get(at);
            int length = in.get(at + 1);
            int header = 2;
            if (length >= 126) {
                header = length == 126 ? 4 : LONGEST_HEADER;
                if (to - at < header) {
                    break;
                }
                length = length == 126 ? in.getShort(at + 2) & 0xffff : size(in.getLong(at + 2), in.capacity());
            }
            if ((first & 0xb0) != 0x80 || length < 0) {
                throw new ProtocolException("a fragmented or masked frame (first byte 0x%02x)".formatted(first & 0xff));
            }
            if (to - at - header < length) {
                break;
            }
            sink.frame(first & 0xf, (first & 0x40) != 0, in, at + header, length);
            at += header + length;
        }
        return at;
    }

    private static int size(long length, int capacity) throws ProtocolException {
        if (length < 0 || length > capacity - LONGEST_HEADER) {
            throw new ProtocolException("a frame of " + length + " bytes");
        }
        return (int) length;
    }
}
