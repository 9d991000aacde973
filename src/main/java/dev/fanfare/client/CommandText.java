package dev.fanfare.client;

import org.jspecify.annotations.Nullable;

/** Writes a command as JSON. What is left out is {@code null}. */
final class CommandText {
    private final StringBuilder out = new StringBuilder(128);

    private CommandText(String start) {
        out.append(start);
    }

    static CommandText command(String type) {
        return new CommandText("{\"type\":\"" + type + '"');
    }

    /** An object within a list. */
    static CommandText object(String channel) {
        return new CommandText("{\"channel\":" + Json.quote(channel));
    }

    CommandText string(String name, @Nullable String value) {
        return json(name, value == null ? null : Json.quote(value));
    }

    CommandText json(String name, @Nullable Object value) {
        if (value != null) {
            out.append(",\"").append(name).append("\":").append(value);
        }
        return this;
    }

    CommandText position(String name, @Nullable Position value) {
        return json(
                name,
                value == null
                        ? null
                        : "{\"epoch\":" + Json.quote(value.epoch()) + ",\"offset\":" + value.offset() + '}');
    }

    String end() {
        return out.append('}').toString();
    }
}
