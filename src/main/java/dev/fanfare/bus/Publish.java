package dev.fanfare.bus;

import dev.fanfare.protocol.Publication;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hub to order and deliver a publication; answered with {@link LoopEvent.Published}, or {@link LoopEvent.Failed}.
 *
 * @param loop who asks
 * @param key by which the same publication is known when it comes again, or null
 * @param ticket by which the answer is known, unique on that loop
 */
public record Publish(
        int loop,
        long ticket,
        Publication publication,
        @Nullable String key) {
    /** What it counts for against the credit of the loop. */
    public int bytes() {
        return Credit.bytes(publication);
    }
}
