package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JSON object that has certain fields and no others: their values are kept as they are spelled. A {@code null} is as if it were not there. */
public final class JsonFields {
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,15}");

    private final Map<String, Payload> values;

    private JsonFields(Map<String, Payload> values) {
        this.values = values;
    }

    /**
     * The fields of an object.
     *
     * @param names those that it may have
     * @throws ProtocolException where it is something else, has others, or has one twice
     */
    public static JsonFields read(byte[] json, Set<String> names) throws ProtocolException {
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(json), StandardCharsets.UTF_8)) {
            throw bad("no UTF-8");
        }
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("a JSON object is needed");
            }
            JsonFields fields = object(parser, json, names);
            if (parser.nextToken() != null) {
                throw bad("something stands behind the JSON object");
            }
            return fields;
        } catch (IOException e) {
            throw Json.malformed(e);
        }
    }

    private static JsonFields object(JsonParser parser, byte[] input, Set<String> names)
            throws IOException, ProtocolException {
        Map<String, Payload> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String shown = "'" + ProtocolException.shorten(name) + "'";
            if (!names.contains(name)) {
                throw bad("there is no field " + shown + " here");
            }
            parser.nextToken();
            if (values.put(name, Json.slice(parser, input)) != null) {
                throw bad("the field " + shown + " stands there twice");
            }
        }
        return new JsonFields(values);
    }

    /** Whether the field is there. */
    public boolean has(String name) {
        return get(name) != null;
    }

    /** Any JSON, {@code null} too, in bytes of its own; it has to be there. */
    public Payload data(String name) throws ProtocolException {
        Payload value = values.get(name);
        if (value == null) {
            throw missing(name);
        }
        return Payload.of(Payload.Kind.JSON, value.toBytes());
    }

    /** A string; it has to be there. */
    public String text(String name) throws ProtocolException {
        String text = optionalText(name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    /** A string, or null where it is not there. */
    public @Nullable String optionalText(String name) throws ProtocolException {
        Payload value = get(name);
        if (value != null && value.byteAt(0) != '"') {
            throw bad("'" + name + "' is a string");
        }
        return value == null ? null : Json.text(value);
    }

    /** A whole number; it has to be there. */
    public long integer(String name, long min, long max) throws ProtocolException {
        Payload value = get(name);
        if (value == null) {
            throw missing(name);
        }
        String text = value.asString();
        if (!INTEGER.matcher(text).matches() || Long.parseLong(text) < min || Long.parseLong(text) > max) {
            throw bad("'" + name + "' is a whole number from " + min + " to " + max);
        }
        return Long.parseLong(text);
    }

    /**
     * A list of objects; it has to be there.
     *
     * @param names the fields that each may have
     * @param most so many objects at most, and at least one
     */
    public List<JsonFields> objects(String name, Set<String> names, int most) throws ProtocolException {
        Payload value = get(name);
        if (value == null) {
            throw missing(name);
        }
        byte[] list = value.toBytes();
        List<JsonFields> objects = new ArrayList<>();
        try (JsonParser parser = Json.FACTORY.createParser(list)) {
            boolean isList = parser.nextToken() == JsonToken.START_ARRAY;
            while (isList && parser.nextToken() == JsonToken.START_OBJECT && objects.size() <= most) {
                objects.add(object(parser, list, names));
            }
            if (!isList || parser.currentToken() != JsonToken.END_ARRAY || objects.isEmpty() || objects.size() > most) {
                throw bad("'" + name + "' is a list of 1 to " + most + " objects");
            }
        } catch (IOException e) {
            throw new IllegalStateException("was valid JSON when it was read", e);
        }
        return objects;
    }

    private @Nullable Payload get(String name) {
        Payload value = values.get(name);
        return value == null || value.byteAt(0) == 'n' ? null : value;
    }

    private static ProtocolException missing(String name) {
        return bad("'" + name + "' is missing");
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }
}
