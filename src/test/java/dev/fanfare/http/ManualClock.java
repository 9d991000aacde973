package dev.fanfare.http;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** Time that is wound by hand. */
final class ManualClock implements TimeMeter {
    private long nanos;

    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long currentTimeNanos() {
        return nanos;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
