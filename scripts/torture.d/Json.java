import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON as the protocol has it. */
final class Json {
    private Json() {}

    static String quoted(String text, boolean ascii) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || ascii && c > '~') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static String unquoted(String raw) {
        if (raw == null || raw.length() < 2 || raw.charAt(0) != '"') {
            throw new IllegalArgumentException("not a string: " + raw);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 1; i < raw.length() - 1; i++) {
            char c = raw.charAt(i);
            if (c == '\\') {
                c = raw.charAt(++i);
                if (c == 'u') {
                    c = (char) Integer.parseInt(raw.substring(i + 1, i + 5), 16);
                    i += 4;
                } else {
                    int short_ = "bfnrt".indexOf(c);
                    c = short_ < 0 ? c : "\b\f\n\r\t".charAt(short_);
                }
            }
            out.append(c);
        }
        return out.toString();
    }

    /** Returns the raw text of each element of a list, as it came. */
    static List<String> elements(String json) {
        List<String> elements = new ArrayList<>();
        int depth = 0;
        int start = 1;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> i = endOfString(json, i);
                case '{', '[' -> depth++;
                case ',', '}', ']' -> {
                    boolean ends = depth == 1 && !json.substring(start, i).isBlank();
                    if (ends) {
                        elements.add(json.substring(start, i).strip());
                    }
                    start = depth == 1 ? i + 1 : start;
                    depth -= json.charAt(i) == ',' ? 0 : 1;
                }
                default -> {}
            }
        }
        return elements;
    }

    /** Where the string that begins here ends. */
    private static int endOfString(String json, int quote) {
        int i = quote;
        do {
            i += json.charAt(i) == '\\' ? 2 : 1;
        } while (json.charAt(i) != '"');
        return i;
    }

    /** Returns the raw text of each member of an object, as it came. */
    static Map<String, String> members(String json) {
        Map<String, String> members = new HashMap<>();
        int depth = 0;
        int start = 1;
        String name = null;
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> i = endOfString(json, i);
                case '{', '[' -> depth++;
                case ':' -> {
                    if (depth == 1) {
                        name = unquoted(json.substring(start, i).strip());
                        start = i + 1;
                    }
                }
                case ',', '}', ']' -> {
                    if (depth == 1 && name != null) {
                        members.put(name, json.substring(start, i).strip());
                        start = i + 1;
                    }
                    depth -= json.charAt(i) == ',' ? 0 : 1;
                }
                default -> {}
            }
        }
        return members;
    }
}
