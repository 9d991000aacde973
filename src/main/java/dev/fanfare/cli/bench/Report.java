package dev.fanfare.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of a run, in the order in which they are told; a name ends with its unit where it has one. */
public final class Report {

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private boolean sound = true;

    Report put(String name, String value) {
        figures.put(name, value);
        return this;
    }

    Report put(String name, long value) {
        figures.put(name, value);
        return this;
    }

    /** A figure that is worth three digits after the point. */
    Report put(String name, double value) {
        figures.put(name, Math.round(value * 1e3) / 1e3);
        return this;
    }

    /** A figure that must be zero for the run to be sound. */
    Report fault(String name, long value) {
        sound &= value == 0;
        return put(name, value);
    }

    /** Whether every message arrived, once and as it was sent. */
    public boolean sound() {
        return sound;
    }

    /** The value of a figure. */
    public Object get(String name) {
        Object value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no figure " + name);
        }
        return value;
    }

    /** One figure a line. */
    public String lines() {
        StringBuilder lines = new StringBuilder();
        figures.forEach((name, value) -> lines.append("%-28s %s%n".formatted(name.replace('_', ' '), value)));
        return lines.toString();
    }

    /** One JSON object. */
    public String json() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, Object> figure : figures.entrySet()) {
                json.writeFieldName(figure.getKey());
                if (figure.getValue() instanceof Long whole) {
                    json.writeNumber(whole);
                } else if (figure.getValue() instanceof Double fraction) {
                    json.writeNumber(fraction);
                } else {
                    json.writeString(figure.getValue().toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }
}
