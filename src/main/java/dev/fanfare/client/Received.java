package dev.fanfare.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object of the protocol as it came: the fields that the client knows, and {@code data} as it was spelled. */
final class Received {
    private final String source;

    String type = "";

    @Nullable
    String id;

    boolean isAnswer;

    @Nullable
    String channel;

    @Nullable
    String code;

    String data = "null";
    long offset = -1;
    long count;

    @Nullable
    Boolean recovered;

    boolean local;
    List<Received> messages = List.of();
    List<Received> channels = List.of();

    private @Nullable String epoch;
    private @Nullable String timestamp;
    private @Nullable String stream;
    private @Nullable String encoding;
    private String json = "";

    private Received(String source) {
        this.source = source;
    }

    /** Reads what came. */
    static Received read(String text) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            return object(text, parser);
        }
    }

    private static Received object(String source, JsonParser parser) throws IOException {
        Received object = new Received(source);
        int start = (int) parser.currentTokenLocation().getCharOffset();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            object.field(field, parser);
        }
        object.json = source.substring(start, (int) parser.currentLocation().getCharOffset());
        return object;
    }

    private void field(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "type" -> type = parser.getText();
            case "id" -> {
                isAnswer = true;
                id = string(parser);
            }
            case "channel" -> channel = string(parser);
            case "code" -> code = string(parser);
            case "data" -> data = slice(parser);
            case "epoch" -> epoch = string(parser);
            case "offset" -> offset = parser.getLongValue();
            case "count" -> count = parser.getLongValue();
            case "recovered" -> recovered = parser.getBooleanValue();
            case "local" -> local = parser.getBooleanValue();
            case "timestamp" -> timestamp = string(parser);
            case "stream" -> stream = string(parser);
            case "encoding" -> encoding = string(parser);
            case "messages" -> messages = list(parser);
            case "channels" -> channels = list(parser);
            default -> parser.skipChildren();
        }
    }

    private static @Nullable String string(JsonParser parser) throws IOException {
        parser.skipChildren();
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    private String slice(JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return source.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    private List<Received> list(JsonParser parser) throws IOException {
        List<Received> list = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            list.add(object(source, parser));
        }
        return list;
    }

    /** The position that it tells; {@code null} where it tells none. */
    @Nullable
    Position position() {
        return epoch == null || offset < 0 ? null : new Position(epoch, offset);
    }

    /** It as a message for the application. */
    Message message(@Nullable Position position) {
        return new Message(type, channel, data, position, time(), stream, encoding, json);
    }

    /** Its messages, which all are of one history. */
    List<Message> page() {
        String history = epoch;
        return messages.stream()
                .map(each -> each.message(history == null ? null : new Position(history, each.offset)))
                .toList();
    }

    /** It as an error. */
    ClientException error() {
        return new ClientException(code == null ? "not_understood" : code, Json.text(data));
    }

    Instant time() {
        try {
            return timestamp == null ? Instant.EPOCH : Instant.parse(timestamp);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
