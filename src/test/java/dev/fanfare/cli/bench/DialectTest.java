package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DialectTest {

    private static final int SIZE = 4;

    private final JsonDialect json = JsonDialect.ofSockets();

    @Test
    void findsTheDataOfAnEventWhereverItStands() {
        assertThat(found("{\"type\":\"event\",\"channel\":\"bench\",\"data\":\"abcd\"}"))
                .isEqualTo("abcd");
        assertThat(found("{\"data\":\"efgh\",\"type\":\"event\",\"channel\":\"bench\"}"))
                .isEqualTo("efgh");
        assertThat(found("{\"type\":\"event\",\"data\":\"ijkl\",\"timestamp\":\"2026-11-21T00:00:00Z\"}"))
                .isEqualTo("ijkl");
        assertThat(found("{\"type\":\"event\",\"data\":\"mnop\",\"timestamp\":\"2026-11-21T00:00:00Z\"}"))
                .isEqualTo("mnop");
    }

    @Test
    void findsNothingInOtherTexts() {
        assertThat(found("")).isEmpty();
        assertThat(found("{}")).isEmpty();
        assertThat(found("{\"type\":\"pong\",\"timestamp\":\"2026-11-21T00:00:00Z\"}"))
                .isEmpty();
        assertThat(found("{\"type\":\"event\",\"data\":\"abc\"}")).isEmpty();
        assertThat(found("{\"type\":\"event\",\"data\":\"abcde\"}")).isEmpty();
    }

    @Test
    void knowsTheAnswerToItsSubscription() throws BenchException {
        assertThat(json.confirms("{\"type\":\"subscribed\",\"id\":1,\"channel\":\"bench\"}"))
                .isTrue();
        assertThat(json.confirms("{\"type\":\"event\"}")).isFalse();
        assertThatThrownBy(() -> json.confirms("{\"type\":\"error\",\"code\":\"unauthorised\"}"))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("unauthorised");
    }

    @Test
    void knowsTheOpeningOfAStream() throws BenchException {
        JsonDialect stream = JsonDialect.ofStreams();

        assertThat(stream.confirms("{\"type\":\"open\",\"session\":\"s\",\"channels\":[]}"))
                .isTrue();
        assertThat(stream.confirms("{\"type\":\"event\"}")).isFalse();
        assertThatThrownBy(() -> stream.confirms("{\"type\":\"open\",\"channels\":[{\"type\":\"error\"}]}"))
                .isInstanceOf(BenchException.class);
    }

    @Test
    void takesARawMessageOfTheRightLengthOnly() {
        RawDialect raw = new RawDialect();

        assertThat(raw.payloadAt(ByteBuffer.allocate(9), 3, 4, SIZE)).isEqualTo(3);
        assertThat(raw.payloadAt(ByteBuffer.allocate(9), 3, 5, SIZE)).isEqualTo(Dialect.NONE);
    }

    private String found(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer in = ByteBuffer.allocate(bytes.length + 5).put(5, bytes);
        int at = json.payloadAt(in, 5, bytes.length, SIZE);
        return at == Dialect.NONE ? "" : new String(in.array(), at, SIZE, StandardCharsets.UTF_8);
    }
}
