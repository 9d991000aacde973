package dev.fanfare.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to pause before an attempt: full jitter, so that many who were cut off at once don't come back at once.
 *
 * @param initial what the first pause may be at most; each further one twice as long
 * @param most what any may be at most
 * @param random numbers from 0 up to 1
 */
public record Backoff(Duration initial, Duration most, DoubleSupplier random) {
    /** How long the pause of this number may be, from 1. */
    Duration ceiling(int number) {
        Duration ceiling = initial;
        for (int i = 1; i < number && ceiling.compareTo(most) < 0; i++) {
            ceiling = ceiling.multipliedBy(2);
        }
        return ceiling.compareTo(most) < 0 ? ceiling : most;
    }

    /** Draws the pause of this number. */
    public Duration draw(int number) {
        return Duration.ofNanos((long) (ceiling(number).toNanos() * random.getAsDouble()));
    }
}
