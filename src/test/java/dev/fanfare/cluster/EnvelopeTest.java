package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {
    private static final String ORIGIN = "0123456789abcdef0123456789abcdef";
    private static final ChannelName NEWS = new ChannelName("news");

    @Test
    void isALineAndThePayloadUntouched() {
        assertThat(text(message(Payload.Kind.JSON, "{\"x\":  1.50}")))
                .isEqualTo("F1 " + ORIGIN + " event json 1767323045006 1767323045000-7\n{\"x\":  1.50}");
        assertThat(text(message(Payload.Kind.TEXT, "ä\n"))).endsWith(" event text 1767323045006 1767323045000-7\nä\n");
        assertThat(text(message(Payload.Kind.BINARY, ""))).endsWith(" event binary 1767323045006 1767323045000-7\n");
    }

    @Property(tries = 300)
    void anyPayloadComesBack(@ForAll byte[] payload) throws EnvelopeException {
        byte[] bytes = Envelope.encode(
                new Message(new Publication(NEWS, MessageType.EVENT, Payload.of(Payload.Kind.BINARY, payload), 5), 6),
                ORIGIN,
                new SequenceNumber(7, 8));
        Envelope envelope = Envelope.decode(bytes);
        assertThat(envelope.payload().toBytes()).isEqualTo(payload);
        assertThat(envelope.payload().kind()).isEqualTo(Payload.Kind.BINARY);
        assertThat(envelope.origin()).isEqualTo(ORIGIN);
        assertThat(envelope.timestamp()).isEqualTo(6);
        assertThat(envelope.sequence()).isEqualTo(new SequenceNumber(7, 8));
    }

    @Property(tries = 1_000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            Envelope.decode(bytes);
        } catch (EnvelopeException e) {
            assertThat(e.reason()).isIn(EnvelopeException.Reason.MALFORMED, EnvelopeException.Reason.VERSION);
        }
    }

    @Test
    void aProgramNeedsNeitherOriginNorTimestampNorPosition() throws EnvelopeException {
        Envelope envelope = decode("F1 - event json - -\n {\"x\":1}\r\n");
        assertThat(envelope.origin()).isNull();
        assertThat(envelope.sequence()).isNull();
        assertThat(envelope.payload().asString()).isEqualTo("{\"x\":1}");
        assertThat(envelope.message(NEWS, 42, 0).timestamp()).isEqualTo(42);
    }

    @Test
    void passesOverFurtherFields() throws EnvelopeException {
        assertThat(decode("F1 - event text 5 - - more and  more\nx").payload().asString())
                .isEqualTo("x");
    }

    @Test
    void tellsThePlaceInAHistory() throws EnvelopeException {
        Message message = decode("F1 - event text 5 - aZ_-09:42\nx").message(NEWS, 7, 0);
        assertThat(message.position()).isEqualTo(new Position("aZ_-09", 42));
        assertThat(message.timestamp()).isEqualTo(5);
        assertThat(decode("F1 - event text 5 -\nx").position()).isNull();
        assertThat(decode("F1 - event text 5 - -\nx").position()).isNull();
    }

    @Test
    void theLineForAHistoryLacksNothingButThePlace() throws EnvelopeException {
        Payload payload = Payload.of(Payload.Kind.JSON, "1".getBytes(StandardCharsets.UTF_8));
        Message message = new Message(new Publication(NEWS, MessageType.EVENT, payload, 0), 1_767_323_045_006L);
        String line = Envelope.line(message);
        assertThat(line).isEqualTo("F1 - event json 1767323045006 -");
        Message read = decode(line + " e:7\n1").message(NEWS, 9, 0);
        assertThat(read.position()).isEqualTo(new Position("e", 7));
        assertThat(read.timestamp()).isEqualTo(message.timestamp());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MALFORMED | ''
            MALFORMED | x
            MALFORMED | \\n
            MALFORMED | F1 - event text - -
            MALFORMED | F1 - event text -\\nx
            MALFORMED | F1  - event text - -\\nx
            MALFORMED | f1 - event text - -\\nx
            MALFORMED | F1 0123 event text - -\\nx
            MALFORMED | F1 0123456789ABCDEF0123456789ABCDEF event text - -\\nx
            MALFORMED | F1 - shout text - -\\nx
            MALFORMED | F1 - event xml - -\\nx
            MALFORMED | F1 - event TEXT - -\\nx
            MALFORMED | F1 - event text now -\\nx
            MALFORMED | F1 - event text -5 -\\nx
            MALFORMED | F1 - event text 253402300800000 -\\nx
            MALFORMED | F1 - event text 9999999999999999999999 -\\nx
            MALFORMED | F1 - event text - 5\\nx
            MALFORMED | F1 - event text - 5-x\\nx
            MALFORMED | F1 - event text - 5-9999999999999999999999\\nx
            MALFORMED | F1 - event text - - more\\nx
            MALFORMED | F1 - event text - - :5\\nx
            MALFORMED | F1 - event text - - e:\\nx
            MALFORMED | F1 - event text - - e:-5\\nx
            MALFORMED | F1 - event text - - e:5:6\\nx
            MALFORMED | F1 - event text - - e:9999999999999999999999\\nx
            MALFORMED | F1 - event text - - abcdefghijklmnopqrstuvwxyz0123456:5\\nx
            MALFORMED | F1 - event json - -\\n
            MALFORMED | F1 - event json - -\\n{
            MALFORMED | F1 - event json - -\\n1 2
            MALFORMED | F1 - event json - -\\n{"a":1}}
            MALFORMED | F1 - event json - -\\nnul
            MALFORMED | F1 - event json - -\\n01
            VERSION   | F2 - event text - -\\nx
            VERSION   | F10 something else\\nx
            """)
    void refusesWhatBreaksTheRules(EnvelopeException.Reason reason, String message) {
        assertThatThrownBy(() -> decode(message.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        EnvelopeException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void refusesTextThatIsNoUtf8() {
        byte[] message = "F1 - event text - -\nx".getBytes(StandardCharsets.UTF_8);
        message[message.length - 1] = (byte) 0xff;
        assertThatThrownBy(() -> Envelope.decode(message)).hasMessageContaining("UTF-8");
    }

    @Test
    void refusesJsonThatIsNestedTooDeep() {
        assertThatThrownBy(() -> decode("F1 - event json - -\n" + "[".repeat(100_000) + "]".repeat(100_000)))
                .isInstanceOf(EnvelopeException.class);
    }

    @Test
    void refusesWhatIsTooLargeAndNothingSmaller() throws EnvelopeException {
        String line = "F1 - event binary - -\n";
        byte[] largest = Arrays.copyOf(line.getBytes(StandardCharsets.UTF_8), line.length() + Cluster.MAX_MESSAGE_SIZE);
        assertThat(Envelope.decode(largest).payload().size()).isEqualTo(Cluster.MAX_MESSAGE_SIZE);
        assertThatThrownBy(() -> Envelope.decode(Arrays.copyOf(largest, largest.length + 1)))
                .isInstanceOfSatisfying(EnvelopeException.class, e -> assertThat(e.reason())
                        .isEqualTo(EnvelopeException.Reason.TOO_LARGE));
    }

    @Test
    void knowsItsOwnByTheOriginAlone() {
        byte[] own = message(Payload.Kind.TEXT, "x");
        assertThat(Envelope.isFrom(own, ORIGIN)).isTrue();
        assertThat(Envelope.isFrom(own, ORIGIN.replace('0', '1'))).isFalse();
        assertThat(Envelope.isFrom("F1 - event text - -\nx".getBytes(StandardCharsets.UTF_8), ORIGIN))
                .isFalse();
        assertThat(Envelope.isFrom(new byte[0], ORIGIN)).isFalse();
    }

    private static byte[] message(Payload.Kind kind, String payload) {
        Payload bytes = Payload.of(kind, payload.getBytes(StandardCharsets.UTF_8));
        Message message = new Message(new Publication(NEWS, MessageType.EVENT, bytes, 0), 1_767_323_045_006L);
        return Envelope.encode(message, ORIGIN, new SequenceNumber(1_767_323_045_000L, 7));
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }

    private static Envelope decode(String message) throws EnvelopeException {
        return Envelope.decode(message.getBytes(StandardCharsets.UTF_8));
    }
}
