package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields that some commands have, as they stood in the input: what is wrong with one concerns only the commands that look at it. */
final class Fields {
    static final Set<String> NAMES =
            Set.of("recover", "consumer", "info", "key", "since", "limit", "reverse", "count", "offset");

    private static final Pattern CONSUMER = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");
    private static final Pattern INTEGER = Pattern.compile("\\d{1,18}");

    private final Map<String, Payload> values = new HashMap<>();

    void put(String name, Payload value) {
        values.put(name, value);
    }

    /** What a client wants of a channel. */
    Command.Wish wish(String channel) throws ProtocolException {
        return new Command.Wish(channel, position("recover"), consumer(), info(), null);
    }

    /** A list of wishes, beside which none of them stands: they stand in its objects. */
    List<Command.Wish> beside(List<Command.Wish> wishes) throws ProtocolException {
        for (String name : List.of("recover", "consumer", "info")) {
            require(!has(name), "'" + name + "' stands in the objects of 'channels', not beside them");
        }
        return wishes;
    }

    @Nullable
    String key() throws ProtocolException {
        String key = string("key", Append.KEY_RULE);
        require(key == null || Append.isKey(key), Append.KEY_RULE);
        return key;
    }

    private @Nullable String consumer() throws ProtocolException {
        String rule = "'consumer' is a string of 1 to 128 of A-Z a-z 0-9 _ . : -";
        String consumer = string("consumer", rule);
        require(consumer == null || CONSUMER.matcher(consumer).matches(), rule);
        return consumer;
    }

    private @Nullable Payload info() throws ProtocolException {
        Payload info = get("info");
        if (info != null && info.size() > Member.MOST_INFO) {
            throw new ProtocolException(ErrorCode.TOO_LARGE, "'info' has more than " + Member.MOST_INFO + " bytes");
        }
        // It is kept for long, and is not to keep the whole command.
        return info == null ? null : Payload.of(Payload.Kind.JSON, info.toBytes());
    }

    boolean flag(String name) throws ProtocolException {
        Payload value = get(name);
        String text = value == null ? "false" : value.asString();
        require(text.equals("true") || text.equals("false"), "'" + name + "' is true or false");
        return text.equals("true");
    }

    /** A whole number, {@code otherwise} where it is not there. */
    long integer(String name, long min, long max, long otherwise) throws ProtocolException {
        Payload value = get(name);
        if (value == null) {
            return otherwise;
        }
        String rule = "'" + name + "' is a whole number from " + min + " to " + max;
        require(INTEGER.matcher(value.asString()).matches(), rule);
        long number = Long.parseLong(value.asString());
        require(number >= min && number <= max, rule);
        return number;
    }

    boolean has(String name) {
        return get(name) != null;
    }

    @Nullable
    Position position(String name) throws ProtocolException {
        Payload value = get(name);
        if (value == null) {
            return null;
        }
        try (JsonParser parser = Json.FACTORY.createParser(value.toBytes())) {
            return position(parser);
        } catch (IOException | IllegalArgumentException e) {
            throw bad("'" + name + "': " + Position.RULE);
        }
    }

    private static Position position(JsonParser parser) throws IOException {
        String epoch = "";
        long offset = -1;
        Set<String> seen = new HashSet<>();
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (!seen.add(field)) {
                    throw new IllegalArgumentException("twice");
                }
                if (field.equals("epoch") && value == JsonToken.VALUE_STRING) {
                    epoch = parser.getText();
                } else if (field.equals("offset") && value == JsonToken.VALUE_NUMBER_INT) {
                    offset = parser.getLongValue();
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Position(epoch, offset);
    }

    private @Nullable String string(String name, String rule) throws ProtocolException {
        Payload value = get(name);
        require(value == null || value.byteAt(0) == '"', rule);
        return value == null ? null : Json.text(value);
    }

    /** {@code null} is as if it were not there. */
    private @Nullable Payload get(String name) {
        Payload value = values.get(name);
        return value == null || value.byteAt(0) == 'n' ? null : value;
    }

    private static void require(boolean holds, String rule) throws ProtocolException {
        if (!holds) {
            throw bad(rule);
        }
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }
}
