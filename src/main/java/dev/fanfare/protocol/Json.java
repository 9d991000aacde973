package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The pieces of JSON that the wire protocols share. */
final class Json {
    /**
     * Reads UTF-8 and nothing else, so that positions in the input are right, and keeps no names. The size of a
     * message is bounded before it gets here; its depth is bounded here, by Jackson's default of 1,000.
     */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Json() {}

    /** RFC 3339 in UTC, with milliseconds. */
    static String timestamp(long millis) {
        return TIMESTAMP.format(Instant.ofEpochMilli(millis));
    }

    /** What is told of JSON that can't be read. */
    static ProtocolException malformed(IOException cause) {
        if (!(cause instanceof StreamReadException reading)) {
            return new ProtocolException(ErrorCode.BAD_REQUEST, "no valid JSON");
        }
        // The message of Jackson quotes its source after a line break; its first line says what is wrong.
        String what =
                reading.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(" \\(start marker at .*", "");
        long where = reading.getLocation() == null ? 0 : reading.getLocation().getByteOffset();
        return new ProtocolException(ErrorCode.BAD_REQUEST, "no valid JSON at byte " + where + ": " + what);
    }

    /** The part of the input that is the parser's current value. */
    static Payload slice(JsonParser parser, byte[] input) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return Payload.slice(Payload.Kind.JSON, input, start, end - start);
    }

    /** A text as a JSON string. */
    static String quote(String text) {
        ByteBuf out = Unpooled.buffer(text.length() + 2);
        writeString(text.getBytes(StandardCharsets.UTF_8), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The text of a JSON string, its escapes resolved. */
    static String text(Payload string) {
        try (JsonParser parser = FACTORY.createParser(string.toBytes())) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new IllegalStateException("was valid JSON when it was read", e);
        }
    }

    /** Fails unless the bytes are one JSON value. */
    static void checkValue(byte[] json, int offset, int length) throws ProtocolException {
        try (JsonParser parser = FACTORY.createParser(json, offset, length)) {
            if (parser.nextToken() != null) {
                parser.skipChildren();
                if (parser.nextToken() == null) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "no valid JSON");
        }
        throw new ProtocolException(ErrorCode.BAD_REQUEST, "not one JSON value");
    }

    /** Appends UTF-8 text as a JSON string. */
    static void writeString(byte[] utf8, ByteBuf out) {
        out.writeByte('"');
        int from = 0;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                out.writeBytes(utf8, from, i - from);
                writeEscape(b, out);
                from = i + 1;
            }
        }
        out.writeBytes(utf8, from, utf8.length - from).writeByte('"');
    }

    private static void writeEscape(byte b, ByteBuf out) {
        out.writeByte('\\');
        switch (b) {
            case '"', '\\' -> out.writeByte(b);
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default ->
                out.writeByte('u')
                        .writeByte('0')
                        .writeByte('0')
                        .writeByte(HEX[b >> 4])
                        .writeByte(HEX[b & 0xF]);
        }
    }
}
