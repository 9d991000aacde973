package dev.fanfare.bus;

import java.util.List;

/**
 * What the hub has for a loop at the end of a tick.
 *
 * @param events in the hub's order
 * @param bytes what they count for against the loop's credit
 */
public record LoopBatch(List<LoopEvent> events, long bytes) {
    public LoopBatch {
        events = List.copyOf(events);
    }
}
