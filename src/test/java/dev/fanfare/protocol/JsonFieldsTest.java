package dev.fanfare.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFieldsTest {
    private static final Set<String> NAMES = Set.of("a", "b", "list");

    private static JsonFields read(String json) throws ProtocolException {
        return JsonFields.read(json.getBytes(UTF_8), NAMES);
    }

    @Test
    void keepsValuesAsTheyAreSpelled() throws ProtocolException {
        JsonFields fields = read(" {\"a\" : {\"x\":  1.50, \"ü\":[ ]} , \"b\":\"\\u00fc\"} ");
        assertThat(fields.data("a").asString()).isEqualTo("{\"x\":  1.50, \"ü\":[ ]}");
        assertThat(fields.text("b")).isEqualTo("ü");
    }

    @Test
    void takesNullForNothingButForData() throws ProtocolException {
        JsonFields fields = read("{\"a\":null}");
        assertThat(fields.has("a")).isFalse();
        assertThat(fields.optionalText("a")).isNull();
        assertThat(fields.data("a").asString()).isEqualTo("null");
    }

    @Test
    void readsObjectsOfAList() throws ProtocolException {
        assertThat(read("{\"list\":[{\"a\": [1]},{\"a\":2.0 }]}").objects("list", Set.of("a"), 2))
                .extracting(fields -> fields.data("a").asString())
                .containsExactly("[1]", "2.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                        | 'list' is missing
            {"list":{}}               | 'list' is a list of 1 to 2 objects
            {"list":[]}               | 'list' is a list of 1 to 2 objects
            {"list":[1]}              | 'list' is a list of 1 to 2 objects
            {"list":[{},{},{}]}       | 'list' is a list of 1 to 2 objects
            {"list":[{},1]}           | 'list' is a list of 1 to 2 objects
            {"list":[{"b":1}]}        | there is no field 'b' here
            {"list":[{"a":1,"a":1}]}  | the field 'a' stands there twice
            """)
    void saysWhatIsWrongWithAList(String json, String sentence) {
        assertThatThrownBy(() -> read(json).objects("list", Set.of("a"), 2)).hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource({"1.0", "1e1", "01", "x", "-4", "11", "99999999999999999999"})
    void saysWhatIsNoNumber(String number) {
        assertThatThrownBy(() -> read("{\"a\":" + number + "}").integer("a", -3, 10))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesWhatIsNoUtf8() {
        byte[] json = {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'};
        assertThatThrownBy(() -> JsonFields.read(json, NAMES)).hasMessage("no UTF-8");
    }

    @Test
    void readsNumbers() throws ProtocolException {
        assertThat(read("{\"a\":-3}").integer("a", -3, 10)).isEqualTo(-3);
        assertThatThrownBy(() -> read("{}").integer("a", -3, 10)).hasMessage("'a' is missing");
    }
}
