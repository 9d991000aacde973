package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Rate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressRatesTest {
    private final ManualClock clock = new ManualClock();
    private final AddressRates rates = new AddressRates(new Rate(1, 2), clock);

    @Test
    void forgetsAddressesThatAreWholeAgainAsOthersCome() {
        for (int i = 0; i < 1_000; i++) {
            rates.take(address(i));
        }
        assertThat(rates.size()).isEqualTo(1_000);
        clock.pass(Duration.ofMillis(999));
        rates.take(address(1_000));
        assertThat(rates.size()).as("none is whole yet").isEqualTo(1_001);
        clock.pass(Duration.ofMillis(1));
        for (int i = 0; i < 500; i++) {
            rates.take(address(1_000));
        }
        assertThat(rates.size()).isEqualTo(1);
    }

    @Test
    void remembersSoManyAtMostAndForgetsTheOneThatCameLongestAgo() {
        for (int i = 0; i < AddressRates.MOST; i++) {
            use(address(i));
        }
        assertThat(rates.take(address(0))).isFalse();
        use(address(-1));
        assertThat(rates.size()).isEqualTo(AddressRates.MOST);
        assertThat(rates.take(address(0))).as("was here since").isFalse();
        assertThat(rates.take(address(2))).isFalse();
        assertThat(rates.take(address(1))).as("came longest ago").isTrue();
    }

    @Test
    void remembersNothingWhereThereIsNoBound() {
        rates.take(address(1));
        rates.change(new Rate(0, 0));
        for (int i = 0; i < 100; i++) {
            assertThat(rates.take(address(1))).isTrue();
        }
        assertThat(rates.size()).isZero();
    }

    private void use(InetAddress address) {
        assertThat(rates.take(address)).isTrue();
        assertThat(rates.take(address)).isTrue();
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
