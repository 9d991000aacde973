package dev.fanfare.http;

import dev.fanfare.auth.DeniedException;
import dev.fanfare.bus.SessionEvent;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ProtocolException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells of those whom a loop refuses, and counts handshakes: of all that anybody may cause, not of more than some a second. */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int LINES_A_SECOND = 10;
    /** How much of what a client wrote is told, in characters. */
    private static final int LONGEST = 128;

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
            tell("handshake denied", refusal.reason(), address, refusal.origin());
        } else {
            LOG.atDebug().addKeyValue("reason", refusal.reason()).log("handshake refused");
        }
    }

    /** Something else is refused for want of a right, such as a token. */
    void denied(String what, DeniedException why, ClientAddress address) {
        tell(what + " denied", why.reason().word(), address, null);
    }

    private void tell(String what, String reason, ClientAddress address, @Nullable String origin) {
        if (!lines.tryConsume(1)) {
            untold++;
            return;
        }
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("reason", reason).addKeyValue("address", address);
        if (origin != null) {
            line = line.addKeyValue("origin", shown(origin));
        }
        line.addKeyValue("untold", untold).log(what);
        untold = 0;
    }

    /** What a client wrote, as it may stand in a log: not long, and no character that does anything. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (c > ' ' && c < 0x7F) {
                shown.append((char) c);
            } else {
                shown.append("\\u%04x".formatted(c));
            }
        });
        return ProtocolException.shorten(shown.toString(), LONGEST);
    }
}
