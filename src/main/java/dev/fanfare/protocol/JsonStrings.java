package dev.fanfare.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON object of strings, and nothing else. */
public final class JsonStrings {
    private JsonStrings() {}

    /**
     * Its fields, in their order.
     *
     * @throws ProtocolException where it is something else, or a field stands there twice
     */
    public static Map<String, String> read(byte[] json) throws ProtocolException {
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            return read(parser);
        } catch (IOException e) {
            throw Json.malformed(e);
        }
    }

    private static Map<String, String> read(JsonParser parser) throws IOException, ProtocolException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw bad("a JSON object is needed");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String shown = "'" + ProtocolException.shorten(name) + "'";
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw bad(shown + " is a string");
            }
            if (fields.put(name, parser.getText()) != null) {
                throw bad("the field " + shown + " stands there twice");
            }
        }
        if (parser.nextToken() != null) {
            throw bad("something stands behind the JSON object");
        }
        return fields;
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }
}
