package dev.fanfare.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The pages that may connect.
 *
 * @param any whether every origin may
 * @param listed the origins that may, in lower case; where it is empty and {@code any} is false, the same origin only
 */
public record Origins(boolean any, List<String> listed) {
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s@]+");

    public Origins {
        listed = List.copyOf(listed);
    }

    static Origins of(Setting setting) {
        List<String> items = setting.list();
        if (items.equals(List.of("*"))) {
            return new Origins(true, List.of());
        }
        if (items.equals(List.of("same-origin"))) {
            return new Origins(false, List.of());
        }
        List<String> origins =
                items.stream().map(item -> item.toLowerCase(Locale.ROOT)).toList();
        if (origins.isEmpty()
                || !origins.stream().allMatch(o -> ORIGIN.matcher(o).matches())) {
            throw setting.refuse("is not same-origin, *, or a list of origins such as https://example.org");
        }
        return new Origins(false, origins);
    }
}
