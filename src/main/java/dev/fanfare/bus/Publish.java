package dev.fanfare.bus;

import dev.fanfare.protocol.Publication;

/**
 * Asks the hub to order and deliver a publication; answered with {@link LoopEvent.Published}.
 *
 * @param loop who asks
 * @param ticket by which the answer is known, unique on that loop
 */
public record Publish(int loop, long ticket, Publication publication) {
    /** What it counts for against the credit of the loop. */
    public int bytes() {
        return Credit.OVERHEAD + publication.payload().size();
    }
}
