package dev.fanfare.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"{\"x\":  1.50}", "\"é\\u00e9\\n\"", "[]", "null", "1e5", "-0", "true", "[ 1 , {\"a\" : [ ]} ]"})
    void dataStaysAsItWasSpelled(String data) throws IOException {
        String json = "{\"type\":\"event\",\"channel\":\"a\",\"data\":" + data
                + ",\"offset\":7,\"timestamp\":\"2026-11-21T01:43:59.085Z\",\"new\":{\"data\":1}}";
        Message message = Received.read(json).message(new Position("e", 7));
        assertThat(message.data()).isEqualTo(data);
        assertThat(message.json()).isEqualTo(json);
        assertThat(message.timestamp()).isEqualTo(Instant.parse("2026-11-21T01:43:59.085Z"));
    }

    @Test
    void missedMessagesAreReadWithTheirOwnSpelling() throws IOException {
        String first = "{\"type\":\"event\",\"channel\":\"a\",\"data\":  {\"é\" :1} ,\"offset\":1}";
        Received answer = Received.read("{\"type\":\"subscribed\",\"channel\":\"a\",\"recovered\":true,\"messages\":["
                + first + ",{\"type\":\"event\",\"data\":2,\"offset\":2}],\"epoch\":\"e\",\"offset\":2,\"id\":\"#1\"}");
        assertThat(answer.recovered).isTrue();
        assertThat(answer.id).isEqualTo("#1");
        assertThat(answer.page())
                .extracting(Message::position)
                .containsExactly(new Position("e", 1), new Position("e", 2));
        assertThat(answer.page().get(0).json()).isEqualTo(first);
        assertThat(answer.page().get(0).data()).isEqualTo("{\"é\" :1}");
    }

    @Property(tries = 100)
    void anyTextComesThroughAStringAndBack(@ForAll String text) throws IOException {
        String large = text + "x".repeat(40_000) + text;
        for (String each : new String[] {text, large}) {
            String data = Json.quote(each);
            String json = "{\"data\":" + data + ",\"type\":\"event\"}";
            assertThat(Received.read(json).data).isEqualTo(data);
            assertThat(Json.text(data)).isEqualTo(each);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[]", "{\"type\":", "{\"type\":\"event\""})
    void whatIsNoObjectIsNotUnderstood(String text) {
        assertThatThrownBy(() -> Received.read(text)).isInstanceOf(IOException.class);
    }
}
