package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {
    @Property
    void matchesWhatAnExpressionWouldMatch(@ForAll("patterns") String pattern, @ForAll("names") String name) {
        String expression =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));

        assertThat(new ChannelPattern(pattern).matches(name)).isEqualTo(name.matches(expression));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*").ofMinLength(1).ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("ab").ofMaxLength(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a?", "ä", "a/b"})
    void refusesWhatNoChannelCanMatch(String pattern) {
        assertThatThrownBy(() -> new ChannelPattern(pattern)).hasMessage(ChannelPattern.RULE);
    }
}
