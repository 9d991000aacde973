package dev.fanfare.http;

import dev.fanfare.auth.DeniedException;
import dev.fanfare.bus.SessionEvent;
import dev.fanfare.metrics.Meters;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of those whom a loop refuses, and counts handshakes: of all that anybody may cause, not of more than some a second. */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int LINES_A_SECOND = 10;

    private final Meters meters;
    private final Consumer<SessionEvent> events;
    private final Bucket lines = Bucket.builder()
            .addLimit(limit -> limit.capacity(LINES_A_SECOND).refillGreedy(LINES_A_SECOND, Duration.ofSeconds(1)))
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .build();
    private long untold;

    /** @param events is told whom nobody knows */
    RefusalLog(Meters meters, Consumer<SessionEvent> events) {
        this.meters = meters;
        this.events = events;
    }

    /** A handshake is answered with this. */
    void handshake(Refusal refusal, ClientAddress address) {
        meters.rejected(refusal.reason());
        if (refusal.isUnauthenticated()) {
            events.accept(new SessionEvent.Refused(address.toString(), refusal.reason()));
        }
        if (refusal.isAboutClient()) {
            tell("handshake denied", refusal.reason(), address);
        } else {
            LOG.atDebug().addKeyValue("reason", refusal.reason()).log("handshake refused");
        }
    }

    /** Something else is refused for want of a right, such as a token. */
    void denied(String what, DeniedException why, ClientAddress address) {
        tell(what + " denied", why.reason().word(), address);
    }

    private void tell(String what, String reason, ClientAddress address) {
        if (!lines.tryConsume(1)) {
            untold++;
            return;
        }
        LOG.atInfo()
                .addKeyValue("reason", reason)
                .addKeyValue("address", address)
                .addKeyValue("untold", untold)
                .log(what);
        untold = 0;
    }
}
