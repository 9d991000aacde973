package dev.fanfare.protocol;

import java.time.Duration;

/**
 * How much of a channel is kept.
 *
 * @param size messages, at least 1
 * @param ttl how long all of it is kept after the last message
 */
public record Retention(int size, Duration ttl) {
    public Retention {
        if (size < 1 || ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("no retention: " + size + " for " + ttl);
        }
    }
}
