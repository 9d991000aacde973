package dev.fanfare.cli.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Finds Server-Sent Events (WHATWG HTML, section 9.2.5) in place, without copying or keeping anything: of each its data, as a text. */
final class EventParser {

    /** The first four bytes of {@code "data: "}, and the other two. */
    private static final int DATA = 0x64_61_74_61;

    private static final short COLON = 0x3a_20;
    private static final int FIELD = Integer.BYTES + Short.BYTES;

    private static final long NEWLINES = 0x0a0a_0a0a_0a0a_0a0aL;
    private static final long LOW_BITS = 0x7f7f_7f7f_7f7f_7f7fL;

    private EventParser() {}

    /**
     * Hands the data of every whole event in {@code [from, to)} to the sink; comments and other fields are passed over.
     *
     * @throws ProtocolException on what the peers measured here never send: data on several lines, and events that don't
     *     fit into the buffer
     * @see Transport#parse
     */
    static int parse(ByteBuffer in, int from, int to, FrameParser.Sink sink) throws ProtocolException {
        int event = from;
        int line = from;
        int data = 0;
        int length = -1;
        for (int end = newline(in, line, to); end < to; end = newline(in, line, to)) {
            if (end == line) {
                if (length >= 0) {
                    sink.frame(FrameParser.TEXT, false, in, data, length);
                    length = -1;
                }
                event = end + 1;
            } else if (end - line >= Integer.BYTES && in.getInt(line) == DATA) {
                if (length >= 0 || end - line < FIELD || in.getShort(line + Integer.BYTES) != COLON) {
                    throw new ProtocolException("an event whose data is on several lines, or is not spelled 'data: '");
                }
                data = line + FIELD;
                length = end - data;
            }
            line = end + 1;
        }
        if (event == 0 && to == in.capacity()) {
            throw new ProtocolException("an event of more than " + to + " bytes");
        }
        return event;
    }

    /** Where the next line feed is, or {@code to}; eight bytes at once. */
    private static int newline(ByteBuffer in, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long others = in.getLong(at) ^ NEWLINES;
            // The highest bit of each byte that is zero, and no other bit.
            long found = ~(((others & LOW_BITS) + LOW_BITS) | others | LOW_BITS);
            if (found != 0) {
                return at + (Long.numberOfLeadingZeros(found) >>> 3);
            }
        }
        while (at < to && in.get(at) != '\n') {
            at++;
        }
        return at;
    }
}
