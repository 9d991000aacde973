package dev.fanfare.cli.exec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must not be seen, as patterns: where one matches, {@code ***} stands instead. */
public final class Mask {
    static final String HIDDEN = "***";

    private final List<Pattern> patterns;

    public Mask(List<Pattern> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** A part of a text, from {@code start} up to {@code end}. */
    record Span(int start, int end) {}

    /** The parts to hide: in order, and apart from each other. */
    List<Span> spans(CharSequence text) {
        List<Span> found = new ArrayList<>();
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    found.add(new Span(matcher.start(), matcher.end()));
                }
            }
        }
        found.sort(Comparator.comparingInt(Span::start));
        List<Span> apart = new ArrayList<>();
        for (Span span : found) {
            Span last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
            if (last != null && span.start() < last.end()) {
                apart.set(apart.size() - 1, new Span(last.start(), Math.max(last.end(), span.end())));
            } else {
                apart.add(span);
            }
        }
        return apart;
    }

    /** The beginning of a text up to {@code end}, which is within none of the spans, without them. */
    static String hide(CharSequence text, List<Span> spans, int end) {
        StringBuilder shown = new StringBuilder();
        int from = 0;
        for (Span span : spans) {
            if (span.start() >= end) {
                break;
            }
            shown.append(text, from, span.start()).append(HIDDEN);
            from = span.end();
        }
        return shown.append(text, from, end).toString();
    }
}
