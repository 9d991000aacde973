package dev.fanfare.bus;

import java.util.List;

/** What the bridge has for the hub at the end of a tick, in the order of each link to Redis. */
public record BridgeBatch(List<BridgeEvent> events) {
    public BridgeBatch {
        events = List.copyOf(events);
    }
}
