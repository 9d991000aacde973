package dev.fanfare.http;

import static dev.fanfare.http.Admission.Decision.ADMITTED;
import static dev.fanfare.http.Admission.Decision.FULL;
import static dev.fanfare.http.Admission.Decision.TOO_FAST;
import static dev.fanfare.http.Admission.Decision.TOO_FAST_FROM_ADDRESS;
import static dev.fanfare.http.Admission.Decision.TOO_MANY_FROM_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.Configuration.Server;
import dev.fanfare.config.TrustedProxies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final ClientAddress A = client("192.0.2.1");
    private static final ClientAddress B = client("192.0.2.2");
    private static final ClientAddress C = client("192.0.2.3");

    private final ManualClock clock = new ManualClock();

    @Test
    void zeroIsNoBound() {
        Admission admission = admission();
        assertThat(admitAll(admission, A, 10_000)).containsOnly(ADMITTED);
    }

    @Test
    void refusesBeyondTheBoundUntilAPlaceIsFree() {
        Admission admission = admission("max-connections: 2");
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(C)).isEqualTo(FULL);
        admission.release(A);
        assertThat(admission.admit(C)).isEqualTo(ADMITTED);
    }

    @Test
    void refusesBeyondTheBoundOfAnAddressAndTakesNoPlace() {
        Admission admission = admission("max-connections: 2", "max-connections-per-address: 1");
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(C)).isEqualTo(FULL);
        admission.release(A);
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
    }

    @Test
    void countsAllAddressesOfAnIpv6NetworkAsOne() {
        Admission admission = admission("max-connections-per-address: 1");
        assertThat(admission.admit(client("2001:db8::1"))).isEqualTo(ADMITTED);
        assertThat(admission.admit(client("2001:db8::ffff:ffff:ffff:ffff"))).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(admission.admit(client("2001:db8:0:1::1"))).isEqualTo(ADMITTED);
        admission.release(client("2001:db8::2"));
        assertThat(admission.admit(client("2001:db8::3"))).isEqualTo(ADMITTED);
    }

    @Test
    void grantsABurstOfHandshakesAndThenTheRate() {
        Admission admission = admission("handshake-rate: 2", "handshake-burst: 5");
        assertThat(admitAll(admission, A, 5)).containsOnly(ADMITTED);
        assertThat(admission.admit(B)).isEqualTo(TOO_FAST);
        clock.pass(Duration.ofMillis(499));
        assertThat(admission.admit(B)).isEqualTo(TOO_FAST);
        clock.pass(Duration.ofMillis(1));
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(B)).isEqualTo(TOO_FAST);
        clock.pass(Duration.ofHours(1));
        assertThat(admitAll(admission, A, 5)).containsOnly(ADMITTED);
        assertThat(admission.admit(A))
                .as("no more than a burst, however long the pause")
                .isEqualTo(TOO_FAST);
    }

    @Test
    void grantsOneSecondsWorthAtOnceWhereNoBurstIsGiven() {
        Admission admission = admission("handshake-rate-per-address: 3");
        assertThat(admitAll(admission, A, 3)).containsOnly(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(TOO_FAST_FROM_ADDRESS);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
    }

    @Test
    void anAddressBeyondItsOwnRateUsesUpNothingOfAll() {
        Admission admission = admission("handshake-rate: 3", "handshake-rate-per-address: 1", "max-connections: 100");
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admitAll(admission, A, 50)).containsOnly(TOO_FAST_FROM_ADDRESS);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(C)).isEqualTo(ADMITTED);
        assertThat(admission.admit(client("192.0.2.4"))).isEqualTo(TOO_FAST);
    }

    @Test
    void anAddressBeyondItsOwnConnectionsUsesUpNothingOfAll() {
        Admission admission = admission("handshake-rate: 2", "max-connections-per-address: 1");
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admitAll(admission, A, 50)).containsOnly(TOO_MANY_FROM_ADDRESS);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
    }

    @Test
    void handshakesCountWhateverBecomesOfThem() {
        Admission admission = admission("max-connections: 1", "handshake-rate-per-address: 2");
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(FULL);
        assertThat(admission.admit(A)).isEqualTo(TOO_FAST_FROM_ADDRESS);
    }

    @Test
    void newBoundsHoldForWhatWasCountedBefore() {
        Admission admission = admission();
        admitAll(admission, A, 2);
        admission.reconfigure(server("max-connections-per-address: 2", "max-connections: 3"));
        assertThat(admission.admit(A)).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(C)).isEqualTo(FULL);
        admission.reconfigure(server("max-connections: 1"));
        admission.release(A);
        admission.release(A);
        assertThat(admission.admit(C))
                .as("beyond what is allowed now, until enough have gone")
                .isEqualTo(FULL);
        admission.release(B);
        assertThat(admission.admit(C)).isEqualTo(ADMITTED);
        admission.reconfigure(server());
        assertThat(admitAll(admission, C, 100)).containsOnly(ADMITTED);
    }

    @Test
    void newRatesHoldForWhatWasTakenBefore() {
        Admission admission = admission("handshake-rate: 4", "handshake-rate-per-address: 3");
        assertThat(admitAll(admission, A, 3)).containsOnly(ADMITTED);
        admission.reconfigure(server("handshake-rate: 6", "handshake-rate-per-address: 4"));
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(TOO_FAST_FROM_ADDRESS);
        assertThat(admitAll(admission, B, 2)).containsOnly(ADMITTED);
        assertThat(admission.admit(B)).isEqualTo(TOO_FAST);
        admission.reconfigure(server("handshake-rate: 1", "handshake-rate-per-address: 1"));
        clock.pass(Duration.ofSeconds(10));
        assertThat(admission.admit(B)).isEqualTo(ADMITTED);
        assertThat(admission.admit(C)).isEqualTo(TOO_FAST);
        assertThat(admission.admit(B)).isEqualTo(TOO_FAST_FROM_ADDRESS);
        admission.reconfigure(server());
        assertThat(admitAll(admission, A, 100)).containsOnly(ADMITTED);
        admission.reconfigure(server("handshake-rate: 1"));
        assertThat(admission.admit(A)).isEqualTo(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(TOO_FAST);
    }

    @Test
    void holdsItsBoundsWhateverTheLoopsDoAtOnce() throws Exception {
        Admission admission = admission("max-connections: 5", "max-connections-per-address: 3");
        Server same = server("max-connections: 5", "max-connections-per-address: 3");
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService loops = Executors.newFixedThreadPool(4);
        try {
            var running = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(loop -> loops.submit(() -> {
                        start.await();
                        for (int i = 0; i < 20_000; i++) {
                            ClientAddress address = i % 2 == 0 ? A : B;
                            if (admission.admit(address) == ADMITTED) {
                                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                                open.decrementAndGet();
                                admission.release(address);
                            }
                            admission.reconfigure(same);
                        }
                        return null;
                    }))
                    .toList();
            start.countDown();
            for (Future<?> loop : running) {
                loop.get(1, TimeUnit.MINUTES);
            }
        } finally {
            loops.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, 5);
        assertThat(admitAll(admission, A, 3)).containsOnly(ADMITTED);
        assertThat(admission.admit(A)).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(admitAll(admission, B, 2)).containsOnly(ADMITTED);
        assertThat(admission.admit(B)).isEqualTo(FULL);
    }

    private Admission admission(String... keys) {
        return new Admission(server(keys), clock);
    }

    private static Server server(String... keys) {
        String yaml = keys.length == 0 ? "" : "server:\n  " + String.join("\n  ", keys) + "\n";
        return Configuration.parse(yaml, "test.yaml", Map.of()).server();
    }

    private static List<Admission.Decision> admitAll(Admission admission, ClientAddress address, int count) {
        return IntStream.range(0, count).mapToObj(i -> admission.admit(address)).toList();
    }

    private static ClientAddress client(String address) {
        return ClientAddress.of(address, List.of(), new TrustedProxies(List.of()));
    }
}
