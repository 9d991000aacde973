package dev.fanfare.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.cli.api.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Lines out of chunks, wherever these end, and no secret in them. */
class LineCutterTest {
    private static final int LONGEST = 1024;

    private final List<String> lines = new ArrayList<>();

    private LineCutter cutter(String... masks) {
        return new LineCutter(new Mask(Stream.of(masks).map(Pattern::compile).toList()), LONGEST, lines::add);
    }

    private List<String> cut(LineCutter cutter, String text, int chunk) {
        for (int from = 0; from < text.length(); from += chunk) {
            cutter.add(text.substring(from, Math.min(from + chunk, text.length())));
        }
        cutter.end();
        return lines;
    }

    @Property(tries = 200)
    void linesAreTheSameWhereverChunksEnd(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 40) String text,
            @ForAll @IntRange(min = 1, max = 7) int chunk) {
        lines.clear();
        String input = text.replace('c', '\n');
        assertThat(cut(cutter("ab"), input, chunk))
                .containsExactlyElementsOf(
                        input.lines().map(line -> line.replace("ab", "***")).toList());
    }

    @Property(tries = 200)
    void aSecretIsHiddenWhereverALongLineIsCut(
            @ForAll @IntRange(min = 0, max = 12_000) int before, @ForAll @IntRange(min = 1, max = 9_000) int chunk) {
        lines.clear();
        String secret = "s".repeat(LineCutter.LONGEST_SECRET);
        cut(cutter("s{" + LineCutter.LONGEST_SECRET + "}"), "x".repeat(before) + secret + "y".repeat(9_000), chunk);
        assertThat(String.join("", lines)).isEqualTo("x".repeat(before) + "***" + "y".repeat(9_000));
    }

    @Property(tries = 100)
    void whatMatchesForLongerThanALineMayBeIsHiddenToTheEndOfTheLine(
            @ForAll @IntRange(min = 0, max = 6_000) int before, @ForAll @IntRange(min = 1, max = 9_000) int chunk) {
        lines.clear();
        cut(cutter("token=.*"), "x".repeat(before) + "token=" + "s".repeat(50_000) + "\nnext\n", chunk);
        assertThat(String.join("", lines)).isEqualTo("x".repeat(before) + "***next");
    }

    @Property(tries = 100)
    void noLineIsLongerThanAllowedAndNothingIsLost(
            @ForAll @StringLength(min = 900, max = 3_000) String text,
            @ForAll @IntRange(min = 1, max = 999) int chunk) {
        lines.clear();
        String input = text.replaceAll("[\\r\\n]", " ");
        assertThat(cut(cutter(), input, chunk)).allMatch(line -> JsonText.size(line) <= LONGEST);
        assertThat(String.join("", lines)).isEqualTo(input);
    }

    @Example
    void aCarriageReturnBeforeTheEndBelongsToTheEndAndAnyOtherToTheLine() {
        assertThat(cut(cutter(), "one\r\n10%\r20%\n\nlast", 3)).containsExactly("one", "10%\r20%", "", "last");
    }

    @Example
    void patternsThatOverlapHideAllThatEitherHides() {
        assertThat(cut(cutter("abc", "cde"), "xabcdex", 7)).containsExactly("x***x");
    }
}
