package dev.fanfare.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CreditTest {
    private final AtomicLong gauge = new AtomicLong();
    private final Credit credit = new Credit(100, gauge::addAndGet);

    @Test
    void isAvailableBelowItsLimit() {
        assertThat(credit.available()).isTrue();
        credit.take(99);
        assertThat(credit.available()).isTrue();
        credit.take(1);
        assertThat(credit.available()).isFalse();
    }

    @Test
    void letsOneMessageExceedItAndIsThereAgainWhenEnoughHasArrived() {
        credit.take(1_000);
        assertThat(credit.available()).isFalse();
        credit.giveBack(900);
        assertThat(credit.available()).isFalse();
        credit.giveBack(1);
        assertThat(credit.available()).isTrue();
    }

    @Test
    void tellsOfWhatIsUnderWay() {
        credit.take(70);
        credit.take(50);
        assertThat(gauge).hasValue(120);
        credit.giveBack(70);
        assertThat(gauge).hasValue(50);
    }
}
