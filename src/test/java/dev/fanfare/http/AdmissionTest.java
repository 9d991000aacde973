package dev.fanfare.http;

import static dev.fanfare.http.Admission.Decision.ADMITTED;
import static dev.fanfare.http.Admission.Decision.FULL;
import static dev.fanfare.http.Admission.Decision.TOO_MANY_FROM_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
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

    @Test
    void zeroIsNoBound() {
        Admission admission = admission(0, 0);
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> admission.admit("a")))
                .containsOnly(ADMITTED);
    }

    @Test
    void refusesBeyondTheBoundUntilAPlaceIsFree() {
        Admission admission = admission(2, 0);
        assertThat(admission.admit("a")).isEqualTo(ADMITTED);
        assertThat(admission.admit("b")).isEqualTo(ADMITTED);
        assertThat(admission.admit("c")).isEqualTo(FULL);
        admission.release("a");
        assertThat(admission.admit("c")).isEqualTo(ADMITTED);
    }

    @Test
    void refusesBeyondTheBoundOfAnAddressAndTakesNoPlace() {
        Admission admission = admission(2, 1);
        assertThat(admission.admit("a")).isEqualTo(ADMITTED);
        assertThat(admission.admit("a")).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(admission.admit("b")).isEqualTo(ADMITTED);
        assertThat(admission.admit("c")).isEqualTo(FULL);
        admission.release("a");
        assertThat(admission.admit("a")).isEqualTo(ADMITTED);
    }

    @Test
    void holdsItsBoundsWhateverTheLoopsDoAtOnce() throws Exception {
        Admission admission = admission(5, 3);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService loops = Executors.newFixedThreadPool(4);
        try {
            var running = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(loop -> loops.submit(() -> {
                        start.await();
                        for (int i = 0; i < 20_000; i++) {
                            String address = "address" + i % 2;
                            if (admission.admit(address) == ADMITTED) {
                                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                                open.decrementAndGet();
                                admission.release(address);
                            }
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
        assertThat(IntStream.range(0, 3).mapToObj(i -> admission.admit("address0")))
                .containsOnly(ADMITTED);
        assertThat(admission.admit("address0")).isEqualTo(TOO_MANY_FROM_ADDRESS);
        assertThat(IntStream.range(0, 2).mapToObj(i -> admission.admit("address1")))
                .containsOnly(ADMITTED);
        assertThat(admission.admit("address1")).isEqualTo(FULL);
    }

    private static Admission admission(int most, int mostPerAddress) {
        String yaml =
                "server:\n  max-connections: " + most + "\n  max-connections-per-address: " + mostPerAddress + "\n";
        return new Admission(Configuration.parse(yaml, "test.yaml", Map.of()).server());
    }
}
