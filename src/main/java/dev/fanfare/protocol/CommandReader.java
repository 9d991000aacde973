package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one command from JSON in one pass. {@code id} and {@code data} are kept as the part of the input where they
 * stand, so that they go out as they came in. Unknown fields are passed over, doubled ones refused: readers would
 * disagree about them.
 */
final class CommandReader {
    private static final int USUAL_HISTORY = 100;
    private static final int MOST_HISTORY = 1_000;

    private final byte[] input;

    private @Nullable CommandId id;
    private @Nullable String type;
    private @Nullable String channel;
    private @Nullable List<Command.Wish> channels;
    private final Fields fields = new Fields();
    private @Nullable Payload data;

    CommandReader(byte[] input) {
        this.input = input;
    }

    Command read() {
        try (JsonParser parser = Json.FACTORY.createParser(input)) {
            readObject(parser);
            return command();
        } catch (ProtocolException e) {
            return new Command.Refused(id, e);
        } catch (IOException e) {
            return new Command.Refused(id, Json.malformed(e));
        }
    }

    private void readObject(JsonParser parser) throws IOException, ProtocolException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("a command is a JSON object");
        }
        Set<String> seen = new HashSet<>();
        ProtocolException wrong = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (!seen.add(field)) {
                wrong = first(wrong, twice(field));
            }
            JsonToken value = parser.nextToken();
            try {
                readField(field, value, parser);
            } catch (ProtocolException e) {
                wrong = first(wrong, e);
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw bad("something stands behind the JSON object");
        }
        // Only now: an error that names the command's id helps more, wherever in the object the id stands.
        if (wrong != null) {
            throw wrong;
        }
    }

    private void readField(String field, JsonToken value, JsonParser parser) throws IOException, ProtocolException {
        switch (field) {
            case "id" -> {
                if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NUMBER_INT) {
                    throw bad("'id' is a string or an integer");
                }
                id = new CommandId(Json.slice(parser, input).asString());
            }
            case "type" -> type = string(field, value, parser);
            case "channel" -> channel = string(field, value, parser);
            case "channels" -> channels = wishes(value, parser);
            case "data" -> data = Json.slice(parser, input);
            default -> {
                if (Fields.NAMES.contains(field)) {
                    fields.put(field, Json.slice(parser, input));
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private static String string(String field, JsonToken value, JsonParser parser)
            throws IOException, ProtocolException {
        if (value != JsonToken.VALUE_STRING) {
            throw bad("'" + field + "' is a string");
        }
        return parser.getText();
    }

    private List<Command.Wish> wishes(JsonToken value, JsonParser parser) throws IOException, ProtocolException {
        String rule = "'channels' is a list of names, or of objects with a 'channel'";
        if (value != JsonToken.START_ARRAY) {
            throw bad(rule);
        }
        List<Command.Wish> wishes = new ArrayList<>();
        boolean valid = true;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            Command.Wish wish =
                    item == JsonToken.VALUE_STRING ? new Command.Wish(parser.getText()) : wishInObject(item, parser);
            if (wish != null) {
                wishes.add(wish);
            } else {
                valid = false;
            }
        }
        if (!valid) {
            throw bad(rule);
        }
        return wishes;
    }

    private Command.@Nullable Wish wishInObject(JsonToken item, JsonParser parser) throws IOException {
        if (item != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        String name = null;
        Fields wishes = new Fields();
        Set<String> seen = new HashSet<>();
        ProtocolException wrong = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (!seen.add(field)) {
                wrong = first(wrong, twice(field));
            }
            if (parser.nextToken() == JsonToken.VALUE_STRING && field.equals("channel")) {
                name = parser.getText();
            } else if (Fields.NAMES.contains(field)) {
                wishes.put(field, Json.slice(parser, input));
            } else {
                parser.skipChildren();
            }
        }
        if (name == null) {
            return null;
        }
        try {
            if (wrong != null) {
                throw wrong;
            }
            return wishes.wish(name);
        } catch (ProtocolException e) {
            return new Command.Wish(name, null, null, null, e); // the others are to be answered as if alone
        }
    }

    private Command command() throws ProtocolException {
        if (type == null) {
            throw bad("'type' is missing");
        }
        return switch (type) {
            case "subscribe" ->
                channels != null
                        ? new Command.Subscribe(id, fields.beside(channels), true)
                        : new Command.Subscribe(
                                id, List.of(fields.wish(requiredChannel().value())), false);
            case "unsubscribe" -> new Command.Unsubscribe(id, requiredChannel());
            case "publish" ->
                new Command.Publish(
                        id, channel == null ? null : ChannelName.parse(channel), requiredData(), fields.key());
            case "ping" -> new Command.Ping(id);
            case "history" ->
                new Command.History(
                        id,
                        requiredChannel(),
                        fields.position("since"),
                        (int) fields.integer("limit", 1, MOST_HISTORY, USUAL_HISTORY),
                        fields.flag("reverse"));
            case "presence" -> new Command.Presence(id, requiredChannel(), fields.flag("count"));
            case "ack" -> new Command.Acknowledge(id, requiredChannel(), requiredOffset());
            case "token" -> new Command.Token(id, requiredToken());
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_TYPE,
                        "the type '" + ProtocolException.shorten(type) + "' is none of a client's");
        };
    }

    /** The channel, which may also stand in {@code data} as a string. */
    private ChannelName requiredChannel() throws ProtocolException {
        if (channel != null) {
            return ChannelName.parse(channel);
        }
        if (data != null && data.byteAt(0) == '"') {
            return ChannelName.parse(Json.text(data));
        }
        throw bad("'channel' is missing");
    }

    private String requiredToken() throws ProtocolException {
        if (data == null || data.byteAt(0) != '"') {
            throw bad("'data' is the token, a string");
        }
        return Json.text(data);
    }

    private long requiredOffset() throws ProtocolException {
        if (!fields.has("offset")) {
            throw bad("'offset' is missing");
        }
        return fields.integer("offset", 0, Long.MAX_VALUE, 0);
    }

    private Payload requiredData() throws ProtocolException {
        if (data == null) {
            throw bad("'data' is missing");
        }
        return data;
    }

    private static ProtocolException twice(String field) {
        return bad("the field '" + ProtocolException.shorten(field) + "' stands there twice");
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }

    private static ProtocolException first(@Nullable ProtocolException earlier, ProtocolException later) {
        return earlier == null ? later : earlier;
    }
}
