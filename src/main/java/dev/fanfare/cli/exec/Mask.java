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

    /**
     * A part of a text, from {@code start} up to {@code end}.
     *
     * @param open whether what follows the text might change it
     */
    record Span(int start, int end, boolean open) {
        boolean overlaps(Span next) {
            return next.start < end;
        }

        Span with(Span next) {
            return new Span(start, Math.max(end, next.end), open || next.open);
        }
    }

    /** The parts to hide from a place on: in order, and apart from each other. Patterns may look at what stands before that place. */
    List<Span> spans(CharSequence text, int from) {
        List<Span> found = new ArrayList<>();
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(text)
                    .region(from, text.length())
                    .useTransparentBounds(true)
                    .useAnchoringBounds(false);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    found.add(new Span(matcher.start(), matcher.end(), matcher.hitEnd()));
                }
            }
        }
        found.sort(Comparator.comparingInt(Span::start));
        List<Span> apart = new ArrayList<>();
        for (Span span : found) {
            int last = apart.size() - 1;
            if (last >= 0 && apart.get(last).overlaps(span)) {
                apart.set(last, apart.get(last).with(span));
            } else {
                apart.add(span);
            }
        }
        return apart;
    }

    /** A text without what is to be hidden. */
    String apply(String text) {
        return hide(text, spans(text, 0), 0, text.length());
    }

    /** A part of a text, which ends within none of the spans, without them. */
    static String hide(CharSequence text, List<Span> spans, int from, int to) {
        StringBuilder shown = new StringBuilder();
        int next = from;
        for (Span span : spans) {
            if (span.start() >= to) {
                break;
            }
            shown.append(text, next, span.start()).append(HIDDEN);
            next = span.end();
        }
        return shown.append(text, next, to).toString();
    }
}
