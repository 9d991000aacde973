package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventStreamFormatTest {
    private static final String HEAD = "data: {\"type\":\"event\",\"channel\":\"a\",\"data\":";
    private static final String TAIL = ",\"timestamp\":\"1970-01-01T00:00:00.000Z\"}\n\n";

    private static String encoded(WireFormat format, Payload.Kind kind, String payload, @Nullable Position position) {
        Publication publication = new Publication(
                new ChannelName("a"), MessageType.EVENT, Payload.of(kind, payload.getBytes(StandardCharsets.UTF_8)), 0);
        ByteBuf out = Unpooled.buffer();
        format.encode(new Message(publication, 0, position), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aMessageIsItsJsonOnOneLine() {
        assertThat(encoded(EventStreamFormat.WITH_POSITIONS, Payload.Kind.JSON, "1.50", null))
                .isEqualTo(HEAD + "1.50" + TAIL);
    }

    @Test
    void aMessageOfAHistoryTellsItsPositionWhereTheStreamHasOneChannel() {
        Position position = new Position("e", 7);
        String offset = ",\"offset\":7";
        assertThat(encoded(EventStreamFormat.WITH_POSITIONS, Payload.Kind.JSON, "1", position))
                .isEqualTo("id: e:7\n" + HEAD + "1" + offset + TAIL);
        assertThat(encoded(EventStreamFormat.WITHOUT_POSITIONS, Payload.Kind.JSON, "1", position))
                .isEqualTo(HEAD + "1" + offset + TAIL);
    }

    @Test
    void linesOfAPublisherBecomeSpaces() {
        assertThat(encoded(EventStreamFormat.WITH_POSITIONS, Payload.Kind.JSON, "[1,\r\n2,\r3,\n\n\"\\n\"]", null))
                .isEqualTo(HEAD + "[1,  2, 3,  \"\\n\"]" + TAIL);
        assertThat(encoded(EventStreamFormat.WITH_POSITIONS, Payload.Kind.TEXT, "a\r\nb\u2028", null))
                .isEqualTo(HEAD + "\"a\\r\\nb\u2028\"" + TAIL);
    }

    @Test
    void whatTheStreamSaysOfItselfIsAnEventToo() {
        ProtocolException error = new ProtocolException(ErrorCode.INVALID_CHANNEL, "no");
        Answer.Start recovered = new Answer.Start(new Position("e", 3), new Answer.Recovery(true, null));
        ByteBuf open = EventStreamFormat.event(new Answer.Opened(
                "s",
                List.of(new Answer.Outcome("a", recovered, null), new Answer.Outcome("b\n", Answer.Start.LIVE, error)),
                true,
                0));
        assertThat(open.toString(StandardCharsets.UTF_8))
                .isEqualTo("data: {\"type\":\"open\",\"session\":\"s\",\"channels\":["
                        + "{\"type\":\"subscribed\",\"channel\":\"a\",\"recovered\":true,\"epoch\":\"e\",\"offset\":3},"
                        + "{\"type\":\"error\",\"channel\":\"b\\n\",\"code\":\"invalid_channel\",\"data\":\"no\"}]"
                        + TAIL);
        ByteBuf close = EventStreamFormat.event(new Answer.Closed(CloseCode.SLOW_CONSUMER, "too slow", 0));
        assertThat(close.toString(StandardCharsets.UTF_8))
                .isEqualTo("data: {\"type\":\"close\",\"code\":4001,\"reason\":\"too slow\"" + TAIL);
    }
}
