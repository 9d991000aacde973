package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpositionTest {
    private static final Exposition EXPOSITION = new Exposition("""
            # HELP fanfare_connections_total Sessions that were accepted
            # TYPE fanfare_connections_total counter
            fanfare_connections_total{protocol="json"} 3.0
            fanfare_connections_total{protocol="raw"} 4.0
            fanfare_connections_total_of_another_kind 100.0
            fanfare_channels 7.0
            """);

    @Test
    void sumsASampleOverItsLabels() {
        assertThat(EXPOSITION.sum("fanfare_connections_total")).isEqualTo(7);
    }

    @Test
    void takesTheSamplesThatHaveALabel() {
        assertThat(EXPOSITION.sum("fanfare_connections_total{protocol=\"raw\"}"))
                .isEqualTo(4);
    }

    @Test
    void findsASampleWithoutLabels() {
        assertThat(EXPOSITION.sum("fanfare_channels")).isEqualTo(7);
    }

    @Test
    void takesWhatIsNotThereForZero() {
        assertThat(EXPOSITION.sum("fanfare_nothing")).isZero();
    }
}
