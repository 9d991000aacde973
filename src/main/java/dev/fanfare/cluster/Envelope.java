package dev.fanfare.cluster;

import dev.fanfare.cluster.EnvelopeException.Reason;
import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message between instances: a line of ASCII, and the payload untouched behind it.
 *
 * <pre>{@code F1 <origin> <type> <kind> <timestamp> <sequence> <position>\n<payload>}</pre>
 *
 * <p>The fields stand in this order, one space between them; the position may be left out, and a reader passes over further ones. {@code -} stands for
 * an origin, timestamp, sequence or position that there is not. {@code src/site/markdown/cluster.md} describes it for others.
 *
 * @param origin the instance that sent it, null where it is none
 * @param timestamp in milliseconds since 1970, negative where there is none
 * @param sequence null where there is none
 * @param position its place in the history of its channel, null where it is in none
 */
record Envelope(
        @Nullable String origin,
        MessageType type,
        Payload payload,
        long timestamp,
        @Nullable SequenceNumber sequence,
        @Nullable Position position) {
    private static final String VERSION = "F1";
    private static final String NONE = "-";
    private static final int FIELDS = 6;
    private static final Pattern POSITION = Pattern.compile("([A-Za-z0-9_-]{1,32}):(\\d{1,18})");
    private static final int MAX_LINE = 512;
    /** The end of the year 9999, the last that RFC 3339 can spell. */
    private static final long LATEST = 253_402_300_799_999L;

    private static final int ORIGIN = VERSION.length() + 1;

    /** The bytes of a message that this instance relays. */
    static byte[] encode(Message message, String origin, SequenceNumber sequence) {
        Payload payload = message.publication().payload();
        String line = line(message, origin, sequence.toString()) + '\n';
        ByteBuf out =
                Unpooled.wrappedBuffer(new byte[line.length() + payload.size()]).clear();
        out.writeCharSequence(line, StandardCharsets.US_ASCII);
        payload.writeTo(out);
        return out.array();
    }

    /**
     * The line of a message that is to be in a history. No instance takes it for its own, as it comes to all, and nobody numbers it but the history,
     * which adds the position.
     */
    static String line(Message message) {
        return line(message, NONE, NONE);
    }

    private static String line(Message message, String origin, String sequence) {
        Publication publication = message.publication();
        return VERSION
                + ' '
                + origin
                + ' '
                + publication.type().word()
                + ' '
                + word(publication.payload().kind())
                + ' '
                + message.timestamp()
                + ' '
                + sequence;
    }

    /** Whether the message was sent by this instance: told by looking at the origin alone. */
    static boolean isFrom(byte[] message, String origin) {
        if (message.length <= ORIGIN + origin.length() || message[ORIGIN + origin.length()] != ' ') {
            return false;
        }
        for (int i = 0; i < origin.length(); i++) {
            if (message[ORIGIN + i] != origin.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a message, which has to be what it says it is: others deliver it as it is.
     *
     * @param message which the caller gives away
     */
    static Envelope decode(byte[] message) throws EnvelopeException {
        int end = lineEnd(message);
        String[] fields = new String(message, 0, end, StandardCharsets.ISO_8859_1).split(" ", FIELDS + 2);
        if (!fields[0].equals(VERSION)) {
            throw fields[0].matches("F\\d{1,9}")
                    ? new EnvelopeException(Reason.VERSION, "version " + fields[0])
                    : malformed("no version");
        }
        if (fields.length < FIELDS) {
            throw malformed("only " + fields.length + " fields");
        }
        int size = message.length - end - 1;
        if (size > Cluster.MAX_MESSAGE_SIZE) {
            throw new EnvelopeException(Reason.TOO_LARGE, size + " bytes");
        }
        return new Envelope(
                fields[1].equals(NONE) ? null : origin(fields[1]),
                type(fields[2]),
                payload(kind(fields[3]), message, end + 1),
                fields[4].equals(NONE) ? -1 : timestamp(fields[4]),
                fields[5].equals(NONE) ? null : SequenceNumber.parse(fields[5]),
                fields.length == FIELDS || fields[FIELDS].equals(NONE) ? null : position(fields[FIELDS]));
    }

    /** The message for the hub. */
    Message message(@Nullable ChannelName channel, long now, long receivedAt) {
        return new Message(
                new Publication(channel, type, payload, receivedAt), timestamp < 0 ? now : timestamp, position);
    }

    private static int lineEnd(byte[] message) throws EnvelopeException {
        for (int i = 0; i < message.length && i < MAX_LINE; i++) {
            if (message[i] == '\n') {
                return i;
            }
        }
        throw malformed("no line");
    }

    private static String origin(String text) throws EnvelopeException {
        if (!text.matches("[0-9a-f]{32}")) {
            throw malformed("no origin");
        }
        return text;
    }

    private static MessageType type(String word) throws EnvelopeException {
        return Arrays.stream(MessageType.values())
                .filter(type -> type.word().equals(word))
                .findFirst()
                .orElseThrow(() -> malformed("no type"));
    }

    private static Payload.Kind kind(String word) throws EnvelopeException {
        return Arrays.stream(Payload.Kind.values())
                .filter(kind -> word(kind).equals(word))
                .findFirst()
                .orElseThrow(() -> malformed("no kind"));
    }

    private static String word(Payload.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static long timestamp(String text) throws EnvelopeException {
        if (!text.matches("\\d{1,15}")) {
            throw malformed("no timestamp");
        }
        long millis = Long.parseLong(text);
        if (millis > LATEST) {
            throw malformed("a timestamp after the year 9999");
        }
        return millis;
    }

    private static Position position(String text) throws EnvelopeException {
        Matcher matcher = POSITION.matcher(text);
        if (!matcher.matches()) {
            throw malformed("no position");
        }
        return new Position(matcher.group(1), Long.parseLong(matcher.group(2)));
    }

    private static Payload payload(Payload.Kind kind, byte[] message, int offset) throws EnvelopeException {
        try {
            return Payload.checked(kind, message, offset, message.length - offset);
        } catch (ProtocolException e) {
            throw malformed(e.sentence());
        }
    }

    private static EnvelopeException malformed(String sentence) {
        return new EnvelopeException(Reason.MALFORMED, sentence);
    }
}
