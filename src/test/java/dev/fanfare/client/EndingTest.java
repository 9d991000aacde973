package dev.fanfare.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.CloseCode;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EndingTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 0.5);

    @Test
    void aServerThatStopsSaysWhenToComeBack() {
        Ending ending = Ending.closed(1001, "retry after 1234 ms");
        assertThat(ending.mayReturn()).isTrue();
        assertThat(ending.pause(BACKOFF, 1)).isEqualTo(Duration.ofMillis(1234));
        assertThat(Ending.closed(1001, "going").pause(BACKOFF, 1)).isEqualTo(Duration.ofMillis(500));
        assertThat(Ending.closed(4001, "retry after 1234 ms").pause(BACKOFF, 1)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void nobodyIsKeptAwayForDays() {
        assertThat(Ending.closed(1001, "retry after 999999999 ms").pause(BACKOFF, 1))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void theCodesOfTheServerThatForbidToComeBackAreThese() {
        assertThat(Arrays.stream(CloseCode.values())
                        .filter(code -> !Ending.closed(code.code(), "").mayReturn()))
                .containsExactlyInAnyOrder(
                        CloseCode.PROTOCOL_ERROR,
                        CloseCode.UNSUPPORTED,
                        CloseCode.INVALID_PAYLOAD,
                        CloseCode.POLICY,
                        CloseCode.DISCONNECTED,
                        CloseCode.NOT_AUTHORISED);
        assertThat(Ending.closed(4499, "").mayReturn()).isTrue();
        assertThat(Ending.closed(4999, "").mayReturn()).isFalse();
    }
}
