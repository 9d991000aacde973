package dev.fanfare.cli.exec;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Pauses between attempts: with full jitter, and doubling up to a bound. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final DoubleSupplier random;
    private long bound = FIRST.toNanos();

    Backoff(DoubleSupplier random) {
        this.random = random;
    }

    Duration next() {
        long pause = (long) (random.getAsDouble() * bound);
        bound = Math.min(2 * bound, LONGEST.toNanos());
        return Duration.ofNanos(pause);
    }

    void reset() {
        bound = FIRST.toNanos();
    }
}
