package dev.fanfare.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessLineTest {
    private static ProcessLine read(String json) throws ProtocolException {
        return ProcessLine.of(JsonFields.read(json.getBytes(StandardCharsets.UTF_8), ProcessLine.FIELDS));
    }

    @Test
    void aLineIsKeptAsItIsSpelled() throws ProtocolException {
        ProcessLine line = read("{\"data\":\"\\u00fc\\r\",\"stream\":\"stderr\"}");
        assertThat(line.type()).isEqualTo(MessageType.PROCESS_ERROR);
        assertThat(line.payload().asString()).isEqualTo("\"\\u00fc\\r\"");
        assertThat(read("{\"data\":\"\"}").type()).isEqualTo(MessageType.PROCESS_OUTPUT);
        assertThat(ProcessLine.output("10%\r20%").payload().asString()).isEqualTo("10%\r20%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\n", "a\\nb", "a\\r\\n", "a\\u000ab"})
    void aLineFeedIsNotOfALine(String text) {
        assertThatThrownBy(() -> read("{\"data\":\"" + text + "\"}"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("no line feed");
    }

    @Test
    void norIsItOfOneThatAnApplicationSends() {
        assertThatThrownBy(() -> ProcessLine.output("a\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProcessLine.error("\r\n")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\":1}", "{\"data\":\"a\",\"stream\":\"stdin\"}"})
    void whatIsNoLineIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(ProtocolException.class);
    }
}
