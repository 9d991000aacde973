package dev.fanfare.cli.exec;

import dev.fanfare.cli.api.JsonText;
import dev.fanfare.cli.exec.Mask.Span;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes lines of what a stream brings. They end with {@code \n} or {@code \r\n}; a longer one than allowed becomes several.
 *
 * <p>A secret is found wherever chunks end, as a line is looked at as a whole; and where a line has to be cut, up to {@link #LONGEST_SECRET} characters
 * behind the place are known, and the cut is made beside what matches. Where a match goes on for longer than a line may be, all that is left of the
 * line is hidden.
 */
final class LineCutter {
    static final int LONGEST_SECRET = 4096;

    private final Mask mask;
    private final int longest;
    private final Consumer<String> lines;
    private final StringBuilder line = new StringBuilder();
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
        while (line.length() > longest + LONGEST_SECRET) {
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
            emit(Mask.hide(line, mask.spans(line), line.length()));
        }
        hiding = false;
        line.setLength(0);
    }

    private void cut() {
        if (hiding) {
            line.setLength(0);
            return;
        }
        List<Span> spans = mask.spans(line);
        int at = longest;
        for (Span span : spans) {
            if (span.start() < at && at < span.end()) {
                at = span.start() > 0 ? span.start() : span.end();
            }
        }
        if (at == line.length()) {
            emit(Mask.HIDDEN);
            hiding = true;
        } else {
            at -= Character.isHighSurrogate(line.charAt(at - 1)) ? 1 : 0;
            emit(Mask.hide(line, spans, at));
        }
        line.delete(0, at);
    }

    private void emit(String text) {
        int from = 0;
        int size = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int next = JsonText.size(text.codePointAt(i));
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
