package dev.fanfare.config;

import java.util.List;
import java.util.Locale;

/** Spells settings as an operator would. */
final class Yaml {
    private Yaml() {}

    /** A file with one setting, its value on the last line. */
    static String of(String key, String value) {
        StringBuilder yaml = new StringBuilder();
        List<String> names = List.of(key.split("\\.", -1));
        for (int depth = 0; depth < names.size(); depth++) {
            yaml.append(depth == 0 ? "" : "\n")
                    .append("  ".repeat(depth))
                    .append(names.get(depth))
                    .append(':');
        }
        return yaml.append(" '").append(value).append("'\n").toString();
    }

    static int line(String key) {
        return key.split("\\.", -1).length;
    }

    static String variable(String key) {
        return "FANFARE_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }
}
