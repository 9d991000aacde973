package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Rate;
import dev.fanfare.http.AddressRates.Counted;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressRatesTest {
    private static final Rate RATE = new Rate(1, 2);

    private final ManualClock clock = new ManualClock();
    private final AddressRates rates = new AddressRates(clock);

    @Test
    void forgetsAddressesThatAreWholeAgainAsOthersCome() {
        for (int i = 0; i < 1_000; i++) {
            take(address(i));
        }
        assertThat(rates.size()).isEqualTo(1_000);
        clock.pass(Duration.ofMillis(999));
        take(address(1_000));
        assertThat(rates.size()).as("none is whole yet").isEqualTo(1_001);
        clock.pass(Duration.ofMillis(1));
        for (int i = 0; i < 500; i++) {
            take(address(1_000));
        }
        assertThat(rates.size()).isEqualTo(1);
    }

    @Test
    void remembersSoManyAtMostAndForgetsTheOneThatCameLongestAgo() {
        for (int i = 0; i < AddressRates.MOST; i++) {
            use(address(i));
        }
        assertThat(take(address(0))).isFalse();
        use(address(-1));
        assertThat(rates.size()).isEqualTo(AddressRates.MOST);
        assertThat(take(address(0))).as("was here since").isFalse();
        assertThat(take(address(2))).isFalse();
        assertThat(take(address(1))).as("came longest ago").isTrue();
    }

    @Test
    void remembersNothingWhereThereIsNoBound() {
        take(address(1));
        clock.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            assertThat(rates.take(address(1), Counted.HANDSHAKES, new Rate(0, 0), 1))
                    .isTrue();
        }
        assertThat(rates.size()).isZero();
    }

    @Test
    void countsEachOfWhatAnAddressDoesByItself() {
        InetAddress address = address(1);
        use(address);
        assertThat(rates.take(address, Counted.BYTES, new Rate(10, 100), 100)).isTrue();
        assertThat(rates.take(address, Counted.BYTES, new Rate(10, 100), 1)).isFalse();
        assertThat(rates.take(address, Counted.MESSAGES, RATE, 1)).isTrue();
        assertThat(take(address)).isFalse();
        assertThat(rates.size()).isEqualTo(1);
        clock.pass(Duration.ofSeconds(9));
        take(address(2));
        assertThat(rates.size()).as("one of them is not whole yet").isEqualTo(2);
        clock.pass(Duration.ofSeconds(1));
        take(address(2));
        assertThat(rates.size()).isEqualTo(1);
    }

    private boolean take(InetAddress address) {
        return rates.take(address, Counted.HANDSHAKES, RATE, 1);
    }

    private void use(InetAddress address) {
        assertThat(take(address)).isTrue();
        assertThat(take(address)).isTrue();
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
