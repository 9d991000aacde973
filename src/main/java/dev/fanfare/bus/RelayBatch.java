package dev.fanfare.bus;

import java.util.List;

/**
 * What the hub has for the bridge at the end of a tick.
 *
 * @param events in the hub's order
 * @param received how many bytes of what the bridge handed over the hub is done with: so many may come again
 */
public record RelayBatch(List<RelayEvent> events, long received) {
    public RelayBatch {
        events = List.copyOf(events);
    }
}
