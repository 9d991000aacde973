package dev.fanfare.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static Backoff backoff(double random) {
        return new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> random);
    }

    @Test
    void whatAPauseMayBeDoublesUpToItsBound() {
        assertThat(IntStream.rangeClosed(1, 8).mapToObj(backoff(0)::ceiling).map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThat(backoff(0).ceiling(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aPauseIsDrawnFromAllOfThat() {
        assertThat(backoff(0).draw(3)).isZero();
        assertThat(backoff(0.5).draw(3)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff(0.999).draw(3)).isLessThan(Duration.ofSeconds(4));
    }
}
