package dev.fanfare.cli.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;

/** Pieces of JSON as text. */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** Of a control character, at most. */
    private static final int ESCAPED = 6;

    private JsonText() {}

    /** A text as a JSON string. */
    public static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** Whether the text is one JSON value. */
    public static boolean isValue(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** The bytes that a text takes within a JSON string. */
    public static int size(String text) {
        return text.codePoints().map(JsonText::size).sum();
    }

    /** The bytes that a code point takes within a JSON string. */
    public static int size(int codePoint) {
        if (codePoint < ' ') {
            return ESCAPED;
        }
        if (codePoint == '"' || codePoint == '\\') {
            return 2;
        }
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
