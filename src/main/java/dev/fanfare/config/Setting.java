package dev.fanfare.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One key with its value as it was written, and where that was. The readers below turn the text into a value, or throw
 * a {@link ConfigurationException} that names all of it.
 *
 * @param key the dotted key, such as {@code server.port}
 * @param items the value: one item, or several where it was written as a list
 * @param source the file and line, or the environment variable
 */
record Setting(String key, List<String> items, String source) {
    private static final String MASK = "***";
    /** What stands before the host in a URL; greedy, as a password may hold an @ that somebody forgot to escape. */
    private static final Pattern USER_INFO = Pattern.compile("(://)[^,\\s]*@");

    /** What may hold a secret as well. */
    private static final Pattern QUERY = Pattern.compile("(://[^,\\s?]*)\\?[^,\\s]*");

    /** Keys in whose place somebody may have put a secret. */
    private static final Pattern UNSEEN = Pattern.compile("auth\\.api-keys.*|auth\\.jwt\\.(secret|algorithm|jwks-url)");

    private static final Pattern SECRETS = Pattern.compile(".+\\.(password|secret|sha256)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,10})\\s*([A-Za-z]+)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    Setting {
        items = List.copyOf(items);
    }

    ConfigurationException refuse(String rule) {
        if (UNSEEN.matcher(key).matches()) {
            return refuseUnseen(rule);
        }
        return new ConfigurationException(source + ": " + key + ": '" + shown(", ") + "' " + rule);
    }

    /** The same for a value that may hold a password that nobody can tell from the rest. */
    ConfigurationException refuseUnseen(String rule) {
        return new ConfigurationException(
                source + ": " + key + ": the value (not shown, it may hold a password) " + rule);
    }

    /** The value as it may be logged: without passwords. */
    String shown(String separator) {
        String value = String.join(separator, items);
        if (SECRETS.matcher(key).matches() && !value.isEmpty()) {
            return MASK;
        }
        return QUERY.matcher(USER_INFO.matcher(value).replaceAll("$1" + MASK + "@"))
                .replaceAll("$1?" + MASK);
    }

    String text() {
        if (items.size() != 1) {
            throw refuse("is a list where one value is needed");
        }
        return items.get(0);
    }

    String text(Pattern pattern, String rule) {
        if (!pattern.matcher(text()).matches()) {
            throw refuse(rule);
        }
        return text();
    }

    /** A list, whether written as one or with commas in between. */
    List<String> list() {
        return items.stream()
                .flatMap(item -> Arrays.stream(item.split(",")))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** A file that can be read. */
    Path file() {
        Path path = Path.of(text());
        if (!Files.isReadable(path)) {
            throw refuse("is no file that can be read");
        }
        return path;
    }

    /** An address of the web. */
    URI httpUrl() {
        try {
            URI url = new URI(text());
            if (url.getHost() != null
                    && url.getUserInfo() == null
                    && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw refuseUnseen("is no URL");
        }
        throw refuseUnseen("is no URL such as https://example.org/jwks.json, without a user and a password");
    }

    boolean bool() {
        return oneOf("true", "false").equals("true");
    }

    String oneOf(String... words) {
        if (!List.of(words).contains(text())) {
            throw refuse("is none of "
                    + Arrays.stream(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(", ")));
        }
        return text();
    }

    int integer(int min, int max) {
        try {
            int value = Integer.parseInt(text());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refuse("is not a whole number");
        }
        throw refuse("is not within " + min + " to " + max);
    }

    Duration duration(Duration min, Duration max) {
        long millis = amount(MILLIS, "is not a duration such as 250ms, 10s, 5m or 1h");
        if (millis < min.toMillis() || millis > max.toMillis()) {
            throw refuse("is not within " + readable(min) + " to " + readable(max));
        }
        return Duration.ofMillis(millis);
    }

    int size(long min, long max) {
        long bytes = amount(BYTES, "is not a size such as 512B, 64KiB or 1MiB");
        if (bytes < min || bytes > max) {
            throw refuse("is not within " + min + "B to " + max + "B");
        }
        return (int) bytes;
    }

    private long amount(Map<String, Long> units, String rule) {
        Matcher matcher = AMOUNT.matcher(text());
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw refuse(rule);
        }
        long amount = Long.parseLong(matcher.group(1));
        return amount > Long.MAX_VALUE / unit ? Long.MAX_VALUE : amount * unit;
    }

    private static String readable(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
