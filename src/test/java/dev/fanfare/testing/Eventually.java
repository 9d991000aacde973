package dev.fanfare.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;

/** Waits for what has to become true, and is only seen by looking again and again. */
public final class Eventually {
    /** Instances that share a machine with their Redis and with other tests take their time to notice a fault. */
    public static final Duration BOUND = Duration.ofSeconds(60);

    private Eventually() {}

    /** Waits until {@code assertion} holds, and fails as it does where it does not within {@link #BOUND}. */
    public static void holds(ThrowingRunnable assertion) {
        await().atMost(BOUND)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }
}
