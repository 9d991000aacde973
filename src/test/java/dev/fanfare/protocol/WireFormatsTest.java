package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What subscribers are sent, read back by another reader. */
class WireFormatsTest {
    private static final ChannelName CHANNEL = new ChannelName("a:b");
    private static final String TIME = "1970-01-01T00:00:00.001Z";

    @Property
    void textReachesAJsonSubscriberAsAString(@ForAll String any) throws IOException {
        String text = wellFormed(any);
        assertThat(fields(json(CHANNEL, Payload.Kind.TEXT, utf8(text))))
                .isEqualTo(event(Map.of("channel", "a:b", "data", text)));
    }

    @Property
    void bytesReachAJsonSubscriberAsBase64(@ForAll byte[] bytes) throws IOException {
        String base64 = Base64.getEncoder().encodeToString(bytes);
        assertThat(fields(json(CHANNEL, Payload.Kind.BINARY, bytes)))
                .isEqualTo(event(Map.of("channel", "a:b", "data", base64, "encoding", "base64")));
    }

    @Property
    void jsonReachesAJsonSubscriberVerbatim(@ForAll long seed) {
        String data = new JsonSamples(new Random(seed)).value();
        assertThat(json(CHANNEL, Payload.Kind.JSON, utf8(data)))
                .isEqualTo("{\"type\":\"event\",\"channel\":\"a:b\",\"data\":" + data + ",\"timestamp\":\"" + TIME
                        + "\"}");
    }

    @Property
    void aStringReachesARawSubscriberAsItsText(@ForAll String any, @ForAll long seed) {
        String text = wellFormed(any);
        FrameReader frame = raw(Payload.Kind.JSON, utf8(spelled(text, new Random(seed))));
        assertThat(frame.opcode()).isEqualTo(1);
        assertThat(frame.text()).isEqualTo(text);
    }

    @Property
    void otherJsonReachesARawSubscriberAsItIs(@ForAll long seed) {
        String data = "[" + new JsonSamples(new Random(seed)).value() + "]";
        assertThat(raw(Payload.Kind.JSON, utf8(data)).text()).isEqualTo(data);
    }

    @Property
    void rawMessagesReachARawSubscriberUntouched(@ForAll byte[] bytes, @ForAll boolean text) {
        FrameReader frame = raw(text ? Payload.Kind.TEXT : Payload.Kind.BINARY, bytes);
        assertThat(frame.opcode()).isEqualTo(text ? 1 : 2);
        assertThat(frame.payload()).isEqualTo(bytes);
    }

    private static Map<String, String> event(Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("type", "event");
        all.put("timestamp", TIME);
        return all;
    }

    private static String json(@Nullable ChannelName channel, Payload.Kind kind, byte[] bytes) {
        FrameReader frame = encode(new JsonProtocol().format(), channel, kind, bytes);
        assertThat(frame.opcode()).isEqualTo(1);
        return frame.text();
    }

    private static FrameReader raw(Payload.Kind kind, byte[] bytes) {
        return encode(new RawProtocol(CHANNEL).format(), CHANNEL, kind, bytes);
    }

    private static FrameReader encode(
            WireFormat format, @Nullable ChannelName channel, Payload.Kind kind, byte[] bytes) {
        ByteBuf out = Unpooled.buffer();
        format.encode(new Message(new Publication(channel, MessageType.EVENT, Payload.of(kind, bytes), 0), 1), out);
        return FrameReader.only(out);
    }

    private static Map<String, String> fields(String json) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                assertThat(fields.put(name, parser.getText()))
                        .as("doubled %s", name)
                        .isNull();
            }
            assertThat(parser.nextToken()).isNull();
        }
        return fields;
    }

    /** A JSON string in which any character may be escaped. */
    private static String spelled(String text, Random random) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            boolean surrogate = Character.isSurrogate((char) unit);
            if (unit < 0x20 || unit == '"' || unit == '\\' || (!surrogate && random.nextInt(4) == 0)) {
                out.append(String.format("\\u%04x", unit));
            } else {
                out.append((char) unit);
            }
        });
        return out.append('"').toString();
    }

    private static String wellFormed(String any) {
        return new String(utf8(any), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
