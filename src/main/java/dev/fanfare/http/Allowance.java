package dev.fanfare.http;

import dev.fanfare.config.Rate;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is left of a {@link Rate}: a bucket of tokens, or no bound. For one thread at a time. */
final class Allowance {
    private final Rate rate;
    private final TimeMeter clock;
    private final @Nullable Bucket bucket;

    private Allowance(Rate rate, TimeMeter clock, @Nullable Bucket bucket) {
        this.rate = rate;
        this.clock = clock;
        this.bucket = bucket;
    }

    /** The whole of {@code rate}. */
    static Allowance of(Rate rate, TimeMeter clock) {
        Bucket bucket = rate.isBounded()
                ? Bucket.builder()
                        .addLimit(limit(rate))
                        .withCustomTimePrecision(clock)
                        .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                        .build()
                : null;
        return new Allowance(rate, clock, bucket);
    }

    private static Bandwidth limit(Rate rate) {
        return Bandwidth.builder()
                .capacity(rate.burst())
                .refillGreedy(rate.perSecond(), Duration.ofSeconds(1))
                .build();
    }

    /** The same under another rate: what was taken stays taken. */
    Allowance changed(Rate changed) {
        if (changed.equals(rate)) {
            return this;
        }
        if (bucket == null || !changed.isBounded()) {
            return of(changed, clock);
        }
        bucket.replaceConfiguration(
                BucketConfiguration.builder().addLimit(limit(changed)).build(), TokensInheritanceStrategy.ADDITIVE);
        return new Allowance(changed, clock, bucket);
    }

    /** Takes so much, or nothing where there is not so much left. */
    boolean take(int amount) {
        return bucket == null || amount == 0 || bucket.tryConsume(amount);
    }

    /** Whether nothing is taken, or all of it was given back meanwhile. */
    boolean isWhole() {
        return bucket == null || bucket.getAvailableTokens() >= rate.burst();
    }
}
