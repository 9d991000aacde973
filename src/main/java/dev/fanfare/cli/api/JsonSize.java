package dev.fanfare.cli.api;

/** How much room texts take as JSON. */
public final class JsonSize {
    /** Of a control character, at most. */
    private static final int ESCAPED = 6;

    private JsonSize() {}

    /** The bytes that a text takes within a JSON string. */
    public static int of(String text) {
        return text.codePoints().map(JsonSize::of).sum();
    }

    /** The bytes that a code point takes within a JSON string. */
    public static int of(int codePoint) {
        if (codePoint < ' ') {
            return ESCAPED;
        }
        if (codePoint == '"' || codePoint == '\\') {
            return 2;
        }
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
