package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Messages as Server-Sent Events (WHATWG HTML, section 9.2): each is the JSON of {@code /ws} on one line, without a name, so that {@code onmessage} gets it. What a
 * publisher has broken into lines comes with spaces in their place, as a line of an event holds none.
 */
public enum EventStreamFormat implements WireFormat {
    /** Each message of a history tells its position, for streams of one channel. */
    WITH_POSITIONS,
    /** No message does, for streams of several channels: these share them with others that have another set of channels. */
    WITHOUT_POSITIONS;

    private static final byte[] DATA = ascii("data: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] COMMENT = ascii(":\n\n");

    @Override
    public void encode(Message message, ByteBuf out) {
        Position position = message.position();
        if (position != null && this == WITH_POSITIONS) {
            out.writeBytes(ID);
            out.writeCharSequence(position.toString(), StandardCharsets.US_ASCII);
            out.writeByte('\n');
        }
        out.writeBytes(DATA);
        int start = out.writerIndex();
        JsonProtocol.write(message, out);
        if (message.publication().payload().kind() == Payload.Kind.JSON) {
            joinLines(out, start);
        }
        out.writeByte('\n').writeByte('\n');
    }

    /** The lines of JSON from {@code start} on become one: within strings it has no line breaks. */
    private static void joinLines(ByteBuf json, int start) {
        int end = json.writerIndex();
        for (int at = start; at >= 0; ) {
            at = json.forEachByte(at, end - at, ByteProcessor.FIND_CRLF);
            if (at >= 0) {
                json.setByte(at, ' ');
            }
        }
    }

    /** What the stream says of itself. */
    public static ByteBuf event(Answer answer) {
        ByteBuf json = JsonProtocol.json(answer);
        return Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(DATA), json, Unpooled.wrappedBuffer(ascii("\n\n")));
    }

    /** The id up to here, without anything that a page is told. */
    public static ByteBuf id(String id) {
        return Unpooled.wrappedBuffer(ascii("id: " + id + "\n\n"));
    }

    /** When a client is to come back that loses the stream. */
    public static ByteBuf retry(Duration after) {
        return Unpooled.wrappedBuffer(ascii("retry: " + after.toMillis() + "\n\n"));
    }

    /** A comment, which shows that the stream lives. */
    public static ByteBuf comment() {
        return Unpooled.wrappedBuffer(COMMENT);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
