package dev.fanfare.protocol;

import java.util.Random;

/** JSON in the oddest spellings that are valid. */
final class JsonSamples {
    private static final String[] SPACES = {"", "", "", " ", "\n", "\t ", " \r\n"};
    private static final String[] PIECES = {
        "a",
        "Z",
        "0",
        " ",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\ud800",
        "\\u0000",
        "é",
        "€",
        "😀",
        "\u007f",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "'",
        "data",
        "\\b\\f\\r\\t"
    };
    private static final String[] NUMBERS = {
        "0", "-0", "7", "-12", "0.50", "1e5", "1E+05", "-1.0e-7", "12345678901234567890123456789", "1e999", "0.1e0"
    };

    private final Random random;

    JsonSamples(Random random) {
        this.random = random;
    }

    String space() {
        return SPACES[random.nextInt(SPACES.length)];
    }

    String string() {
        StringBuilder out = new StringBuilder("\"");
        int length = random.nextInt(10) == 0 ? random.nextInt(5_000) : random.nextInt(8);
        for (int i = 0; i < length; i++) {
            out.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return out.append('"').toString();
    }

    String id() {
        return random.nextBoolean() ? string() : Integer.toString(random.nextInt());
    }

    String value() {
        return random.nextInt(20) == 0 ? nested(random.nextInt(900)) : value(5);
    }

    /** Arrays and objects in each other. */
    private String nested(int depth) {
        StringBuilder out = new StringBuilder();
        StringBuilder end = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            boolean array = random.nextBoolean();
            out.append(array ? "[" : "{" + space() + string() + ":").append(space());
            end.append(array ? ']' : '}');
        }
        return out.append(value(1)).append(end.reverse()).toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "true";
            case 1 -> "false";
            case 2 -> "null";
            case 3 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 4 -> string();
            case 5 -> items('[', ']', depth, false);
            default -> items('{', '}', depth, true);
        };
    }

    private String items(char open, char close, int depth, boolean named) {
        StringBuilder out = new StringBuilder().append(open).append(space());
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? "" : ",").append(space());
            if (named) {
                out.append(string()).append(space()).append(':').append(space());
            }
            out.append(value(depth - 1)).append(space());
        }
        return out.append(close).toString();
    }
}
