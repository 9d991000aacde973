package dev.fanfare.http;

import dev.fanfare.metrics.Meters;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the handshakes that a loop refuses, and tells of them: of all that anybody may cause, not of more than some a second. */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int LINES_A_SECOND = 10;

    private final Meters meters;
    private final Bucket lines = Bucket.builder()
            .addLimit(limit -> limit.capacity(LINES_A_SECOND).refillGreedy(LINES_A_SECOND, Duration.ofSeconds(1)))
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .build();
    private long untold;

    RefusalLog(Meters meters) {
        this.meters = meters;
    }

    void add(Refusal refusal, ClientAddress address) {
        meters.rejected(refusal.reason());
        if (!refusal.isDenial()) {
            LOG.atDebug()
                    .addKeyValue("status", refusal.status())
                    .addKeyValue("reason", refusal.reason())
                    .log("handshake refused");
            return;
        }
        if (!lines.tryConsume(1)) {
            untold++;
            return;
        }
        LOG.atInfo()
                .addKeyValue("status", refusal.status())
                .addKeyValue("reason", refusal.reason())
                .addKeyValue("address", address)
                .addKeyValue("untold", untold)
                .log("handshake denied");
        untold = 0;
    }
}
