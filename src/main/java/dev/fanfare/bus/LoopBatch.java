package dev.fanfare.bus;

import java.util.List;

/**
 * What the hub has for a loop at the end of a tick.
 *
 * @param events in the hub's order
 * @param bytes what they count for against the hub's credit towards the loop
 * @param taken how many bytes of the loop's publications the hub has put in order: so many may be published again
 */
public record LoopBatch(List<LoopEvent> events, long bytes, long taken) {
    public LoopBatch {
        events = List.copyOf(events);
    }
}
