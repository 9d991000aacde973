package dev.fanfare.hub;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What the hub has for the bridge: gathered during a tick, sent at its end. The bridge answers everything within
 * {@code cluster.publish-timeout}, so a hub that waits for credit waits no longer. Belongs to the hub's event loop.
 */
final class Uplink {
    /** What the bridge may have unanswered, in bytes. */
    static final long CREDIT = 4L << 20;

    private final Consumer<RelayBatch> bridge;
    private final Credit credit;
    private List<RelayEvent> events = new ArrayList<>();
    private long received;

    /** @param changes is told of what is under way, for a gauge */
    Uplink(Consumer<RelayBatch> bridge, LongConsumer changes) {
        this.bridge = bridge;
        this.credit = new Credit(CREDIT, changes);
    }

    void relay(RelayEvent.Relay event) {
        take(event.bytes());
        events.add(event);
    }

    /** The bridge is asked for something that counts for so many bytes. */
    void take(int bytes) {
        credit.take(bytes);
    }

    void subscribe(RelayEvent.Subscribe event) {
        events.add(event);
    }

    void unsubscribe(RelayEvent.Unsubscribe event) {
        events.add(event);
    }

    /** The bridge has answered. */
    void giveBack(int bytes) {
        credit.giveBack(bytes);
    }

    /** So much of what came from the bridge is done with. */
    void receive(int bytes) {
        received += bytes;
    }

    boolean isBehind() {
        return !credit.available();
    }

    void send() {
        if (!events.isEmpty() || received > 0) {
            bridge.accept(new RelayBatch(events, received));
            events = new ArrayList<>();
            received = 0;
        }
    }
}
