package dev.fanfare.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The pages that may connect.
 *
 * @param any whether every origin may
 * @param same whether the same origin may
 * @param listed the other origins that may, in lower case
 */
public record Origins(boolean any, boolean same, List<String> listed) {
    private static final String SAME = "same-origin";
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s@]+");

    public Origins {
        listed = List.copyOf(listed);
    }

    static Origins of(Setting setting) {
        List<String> items = setting.list();
        if (items.equals(List.of("*"))) {
            return new Origins(true, true, List.of());
        }
        List<String> listed = items.stream()
                .filter(item -> !item.equals(SAME))
                .map(item -> item.toLowerCase(Locale.ROOT))
                .toList();
        if (items.isEmpty()
                || !listed.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            throw setting.refuse(
                    "is not same-origin, *, or a list of origins such as https://example.org, of which same-origin may be one");
        }
        return new Origins(false, items.contains(SAME), listed);
    }
}
