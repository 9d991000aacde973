package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonStringsTest {
    private static Map<String, String> read(String json) throws ProtocolException {
        return JsonStrings.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAnObjectOfStrings() throws ProtocolException {
        assertThat(read("{}")).isEmpty();
        assertThat(read(" {\"b\" : \"\\u0031\\n\", \"a\":\"ä😀\"}\n"))
                .containsExactly(entry("b", "1\n"), entry("a", "ä😀"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                    | a JSON object is needed
            null                  | a JSON object is needed
            "a"                   | a JSON object is needed
            [{"a":"b"}]           | a JSON object is needed
            {"a":1}               | 'a' is a string
            {"a":null}            | 'a' is a string
            {"a":["b"]}           | 'a' is a string
            {"a":{"a":"b"}}       | 'a' is a string
            {"a":"b","a":"c"}     | the field 'a' stands there twice
            {"a":"b","\\u0061":"b"} | the field 'a' stands there twice
            {"a":"b"}{}           | something stands behind the JSON object
            {"a":"b"              | no valid JSON at byte 8: Unexpected end-of-input
            {'a':'b'}             | no valid JSON at byte 1: Unexpected character
            {"a":"b",}            | no valid JSON at byte 9: Unexpected character
            """)
    void refusesWhatIsSomethingElse(String json, String sentence) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.sentence()).startsWith(sentence));
    }

    @Property(tries = 1_000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        try {
            JsonStrings.read(bytes);
        } catch (ProtocolException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        }
    }
}
