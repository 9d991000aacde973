package dev.fanfare.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.cli.api.JsonSize;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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
    void thePiecesOfALongLineAreTogetherWhatTheMaskLeavesOfTheWhole(
            @ForAll @CharRange(from = 'a', to = 'e') @StringLength(min = 9_000, max = 15_000) String letters,
            @ForAll @Size(min = 1, max = 4) List<@From("patterns") String> patterns,
            @ForAll @IntRange(min = 1, max = 9_000) int chunk) {
        lines.clear();
        String text = letters.replace('e', ' ');
        Mask mask = new Mask(patterns.stream().map(Pattern::compile).toList());
        cut(new LineCutter(mask, LONGEST, lines::add), text, chunk);
        String shown = String.join("", lines);
        List<Mask.Span> spans = mask.spans(text, 0);
        String whole = Mask.hide(text, spans, 0, text.length());
        if (spans.stream().allMatch(span -> span.end() - span.start() <= LineCutter.LONGEST_SECRET)) {
            assertThat(shown).isEqualTo(whole);
        } else if (!shown.equals(whole)) {
            // Matches that overlap are one, which may be so long that all that follows is hidden with it.
            assertThat(shown).endsWith("***");
            assertThat(whole).startsWith(shown.substring(0, shown.length() - 3));
        }
    }

    /** What looks at its surroundings, has several ends to choose from, or overlaps itself and others. */
    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of(
                "^a+",
                "\\bab+",
                "\\b\\w{5}\\b",
                "(?<=a )b+",
                "(?<![ab])c{2,3}",
                "(?<=^.{1030})...",
                "d(?=a)",
                "a(?! )",
                "[abc]+",
                "d+$",
                "b{2}",
                "(a|ab)(c|bcd)",
                "a.{0,90}?b",
                "a.{9,500}b",
                "(.)\\1",
                "a.{3900}");
    }

    @Example
    void whatAPatternLooksBackAtIsKnownWhereverALongLineIsCut() {
        for (int before = 0; before < 2 * LONGEST; before++) {
            lines.clear();
            String free = "x".repeat(before);
            cut(cutter("(?<=k=)s+", "\\bpw\\w+"), free + " k=sss pwd y" + "z".repeat(20_000), 9_000);
            assertThat(String.join("", lines)).isEqualTo(free + " k=*** *** y" + "z".repeat(20_000));
        }
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
        assertThat(cut(cutter(), input, chunk)).allMatch(line -> JsonSize.of(line) <= LONGEST);
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
