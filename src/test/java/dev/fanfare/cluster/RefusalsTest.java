package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalsTest {
    @Test
    void whatIsNotNamedSucceeded() {
        Refusals refusals = of("ERR [1] NOPERM no" + System.lineSeparator() + "ERR [3] MOVED 5 127.0.0.1:7000");
        assertThat(refusals.succeeded(0)).isTrue();
        assertThat(refusals.succeeded(1)).isFalse();
        assertThat(refusals.succeeded(2)).isTrue();
        assertThat(refusals.refusal(1)).isEqualTo("NOPERM no");
        assertThat(refusals.refusal(3)).isEqualTo("MOVED 5 127.0.0.1:7000");
        assertThat(refusals.refusal(0)).isNull();
    }

    @Test
    void whatTheEndOfTheConnectionLeftOpenWasNotRefused() {
        Refusals refusals = of("ERR [1] CONNECTION_CLOSED" + System.lineSeparator() + "ERR [2] CONNECTION_CLOSED");
        assertThat(refusals.succeeded(0)).isTrue();
        assertThat(refusals.succeeded(1)).isFalse();
        assertThat(refusals.refusal(1)).isNull();
    }

    @Test
    void nothingSucceededWhereNothingIsNamed() {
        Refusals refusals = of("Connection is closed");
        assertThat(refusals.succeeded(0)).isFalse();
        assertThat(refusals.refusal(0)).isNull();
    }

    private static Refusals of(String text) {
        return Refusals.of(new IllegalStateException(text));
    }
}
