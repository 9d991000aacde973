package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.JsonSize;
import dev.fanfare.cli.exec.Mask.Span;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes lines of what a stream brings. They end with {@code \n} or {@code \r\n}; a longer one than allowed becomes several, which together are what the mask
 * leaves of the whole.
 *
 * <p>That needs to know {@link #LONGEST_SECRET} characters on either side of where a line is cut: those behind, as a secret may begin before; and those in front, which
 * are kept although they were sent, as a pattern may look back at them. Where a match goes on for longer, all that is left of the line is hidden.
 */
final class LineCutter {
    static final int LONGEST_SECRET = 4096;

    private final Mask mask;
    private final int longest;
    private final Consumer<String> lines;
    private final StringBuilder line = new StringBuilder();
    /** How much of it was sent. */
    private int sent;

    private boolean hiding;

    /** @param longest the most bytes of a line, as a JSON string */
    LineCutter(Mask mask, int longest, Consumer<String> lines) {
        this.mask = mask;
        this.longest = longest;
        this.lines = lines;
    }

    void add(CharSequence read) {
        int from = 0;
        for (int i = 0; i < read.length(); i++) {
            if (read.charAt(i) == '\n') {
                line.append(read, from, i);
                complete();
                from = i + 1;
            }
        }
        line.append(read, from, read.length());
        while (line.length() - sent > longest + 2 * LONGEST_SECRET) {
            cut();
        }
    }

    /** What stands behind the last line end is a line too. */
    void end() {
        if (!line.isEmpty()) {
            complete();
        }
    }

    private void complete() {
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        if (!hiding) {
            emit(Mask.hide(line, mask.spans(line, sent), sent, line.length()));
        }
        hiding = false;
        clear();
    }

    private void clear() {
        line.setLength(0);
        sent = 0;
    }

    private void cut() {
        if (hiding) {
            clear();
            return;
        }
        List<Span> spans = mask.spans(line, sent);
        int at = place(spans);
        if (at > sent) {
            emit(Mask.hide(line, spans, sent, at));
            int kept = Math.min(at, LONGEST_SECRET);
            line.delete(0, at - kept);
            sent = kept;
        } else {
            emit(Mask.HIDDEN);
            hiding = true;
            clear();
        }
    }

    /** Where to cut: behind a match or before it. Not at all where one begins that has no end yet. */
    private int place(List<Span> spans) {
        int decided = line.length() - LONGEST_SECRET;
        int at = sent + longest;
        at -= Character.isHighSurrogate(line.charAt(at - 1)) ? 1 : 0;
        for (Span span : spans) {
            if (span.start() >= at) {
                return at;
            }
            if (span.open() || span.end() > decided) {
                return span.start();
            }
            at = Math.max(at, span.end());
        }
        return at;
    }

    private void emit(String text) {
        int from = 0;
        int size = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int next = JsonSize.of(text.codePointAt(i));
            if (size + next > longest) {
                lines.accept(text.substring(from, i));
                from = i;
                size = 0;
            }
            size += next;
        }
        lines.accept(text.substring(from));
    }
}
