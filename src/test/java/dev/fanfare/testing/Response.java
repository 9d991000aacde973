package dev.fanfare.testing;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP response as it came.
 *
 * @param status the status code
 * @param headers all values of each header in their order, by the name in lower case
 * @param body the body as ISO 8859-1, empty where there is none
 */
public record Response(int status, Map<String, List<String>> headers, String body) {
    /** All values of a header, joined as a list. */
    public String header(String name) {
        return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
}
