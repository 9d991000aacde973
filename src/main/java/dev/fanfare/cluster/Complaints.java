package dev.fanfare.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of what Redis refuses, now and then: the same holds for every message. Belongs to the bridge's event loop. */
final class Complaints {
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private long next = System.nanoTime();
    private long untold;

    /** Something was not confirmed, for this reason or for none that is known; where Redis was away, others tell. */
    void refused(@Nullable String refusal) {
        if (refusal == null || refusal.equals(Link.DOWN)) {
            return;
        }
        if (System.nanoTime() - next < 0) {
            untold++;
            return;
        }
        LOG.atWarn()
                .addKeyValue("refusal", refusal)
                .addKeyValue("untold", untold)
                .log("Redis does not do what a history asks for");
        next = System.nanoTime() + PAUSE;
        untold = 0;
    }
}
