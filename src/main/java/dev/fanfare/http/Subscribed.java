package dev.fanfare.http;

import dev.fanfare.bus.Entry;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the wish for a channel.
 *
 * @param error why it was refused, or null
 * @param position behind which messages come, or null on a channel without a history
 * @param recovered whether {@code missed} is all that was missed, null where nobody asked
 * @param latest the newest message, where one begins with that, or null
 */
record Subscribed(
        @Nullable ProtocolException error,
        @Nullable Position position,
        @Nullable Boolean recovered,
        List<Message> missed,
        @Nullable Message latest) {
    static Subscribed refused(ProtocolException error) {
        return new Subscribed(error, null, null, List.of(), null);
    }

    /** To a channel without a history: who wants to recover is told that he can't. */
    static Subscribed live(boolean recovers) {
        return new Subscribed(null, null, recovers ? false : null, List.of(), null);
    }

    /** The same, for who is subscribed already: nobody is greeted twice. */
    Subscribed again() {
        return new Subscribed(error, position, recovered, missed, null);
    }

    /** Counts it. */
    void count(Meters meters) {
        if (error != null) {
            meters.dropped(error.code().word());
        }
        if (recovered != null) {
            meters.recovered(recovered);
        }
    }

    static Subscribed of(Entry entry) {
        return switch (entry.outcome()) {
            case FAILED -> new Subscribed(entry.error(), null, null, List.of(), null);
            case FRESH -> new Subscribed(null, entry.position(), null, List.of(), entry.latest());
            case WHOLE -> new Subscribed(null, entry.position(), true, entry.messages(), null);
            case PART, LOST -> new Subscribed(null, entry.position(), false, List.of(), entry.latest());
        };
    }
}
