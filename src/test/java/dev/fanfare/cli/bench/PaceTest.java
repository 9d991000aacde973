package dev.fanfare.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long NOW = 1_000_000;

    @Test
    void aWindowIsOpenUntilItIsFull() {
        Pace window = new WindowPace(2, 1);

        send(window, 0, 1);

        assertThat(window.due(2, NOW)).isEqualTo(Pace.UNKNOWN);
    }

    @Test
    void aWindowMovesOnWhenEverySubscriberHasTheOldestMessage() {
        Pace window = new WindowPace(2, 1);
        Pace.Arrivals arrivals = window.arrivals(2, PaceTest::nothing);
        send(window, 0, 1);

        arrivals.arrived(0);
        assertThat(window.due(2, NOW)).isEqualTo(Pace.UNKNOWN);
        arrivals.arrived(0);
        assertThat(window.due(2, NOW)).isEqualTo(NOW);
    }

    @Test
    void aWindowWaitsForEveryLoopAndIsWokenByTheLast() {
        Pace window = new WindowPace(1, 2);
        Pace.Arrivals one = window.arrivals(1, PaceTest::nothing);
        AtomicInteger woken = new AtomicInteger();
        Pace.Arrivals other = window.arrivals(1, woken::incrementAndGet);
        send(window, 0);

        one.arrived(0);
        assertThat(window.due(1, NOW)).isEqualTo(Pace.UNKNOWN);
        other.arrived(0);
        assertThat(woken).hasValue(1);
        assertThat(window.due(1, NOW)).isEqualTo(NOW);
    }

    @Test
    void aWindowStaysShutWhileTheOldestIsMissingThoughLaterOnesCame() {
        Pace window = new WindowPace(3, 1);
        Pace.Arrivals arrivals = window.arrivals(1, PaceTest::nothing);
        send(window, 0, 1, 2);

        arrivals.arrived(1);
        arrivals.arrived(2);
        assertThat(window.due(3, NOW)).isEqualTo(Pace.UNKNOWN);
        arrivals.arrived(0);
        assertThat(window.due(3, NOW)).isEqualTo(NOW);
        assertThat(window.due(5, NOW)).isEqualTo(NOW);
        assertThat(window.due(6, NOW)).isEqualTo(Pace.UNKNOWN);
    }

    @Test
    void aWindowGoesRoundItsSlots() {
        Pace window = new WindowPace(3, 1);
        Pace.Arrivals arrivals = window.arrivals(1, PaceTest::nothing);
        for (int sequence = 0; sequence < 20; sequence++) {
            assertThat(window.due(sequence, NOW)).isEqualTo(NOW);
            window.sending(sequence);
            arrivals.arrived(sequence);
        }
    }

    @Test
    void aRateIntendsItsMessagesAtEvenTimesHoweverLateItIsAsked() {
        Pace rate = new RatePace(50);

        assertThat(rate.due(0, NOW)).isEqualTo(NOW);
        assertThat(rate.due(1, NOW + 500_000_000)).isEqualTo(NOW + 20_000_000);
        assertThat(rate.due(100, NOW)).isEqualTo(NOW + 2_000_000_000);
    }

    private static void nothing() {}

    private static void send(Pace pace, int... sequences) {
        for (int sequence : sequences) {
            assertThat(pace.due(sequence, NOW)).isEqualTo(NOW);
            pace.sending(sequence);
        }
    }
}
