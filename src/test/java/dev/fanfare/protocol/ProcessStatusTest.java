package dev.fanfare.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatusTest {
    private static ProcessStatus read(String json) throws ProtocolException {
        return ProcessStatus.of(JsonFields.read(json.getBytes(UTF_8), ProcessStatus.FIELDS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"running\"}",
                "{\"status\":\"exited\",\"exitCode\":0}",
                "{\"status\":\"exited\",\"exitCode\":-1073741819}",
                "{\"status\":\"killed\",\"signal\":\"TERM\",\"exitCode\":143}",
                "{\"status\":\"failed\",\"reason\":\"no \\\"such\\\" file\"}"
            })
    void isWrittenAsItIsRead(String json) throws ProtocolException {
        assertThat(read(json).payload().asString()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                              | 'status' is missing
            {"status":"done"}                               | 'status' is running, exited, killed or failed
            {"status":"running","exitCode":0}               | 'exitCode' does not belong to this status
            {"status":"exited"}                             | 'exitCode' is missing
            {"status":"exited","exitCode":4294967296}       | 'exitCode' is a whole number from -2147483648 to 4294967295
            {"status":"exited","exitCode":0,"signal":"TERM"} | 'signal' does not belong to this status
            {"status":"killed","exitCode":143}              | 'signal' is missing
            {"status":"killed","exitCode":143,"signal":"a"} | 'signal' is 1 to 16 of A-Z 0-9 + -
            {"status":"failed"}                             | 'reason' is missing
            {"status":"failed","reason":""}                 | 'reason' is a string of 1 to 1024 characters
            """)
    void saysWhatIsWrong(String json, String sentence) {
        assertThatThrownBy(() -> read(json)).hasMessage(sentence);
    }
}
