package dev.fanfare.hub;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.metrics.Meters;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** What the hub has for the loops that are attached, and for the bridge: sent at the end of the tick. Belongs to the hub's event loop. */
final class Outboxes {
    /** What may be under way to one loop, in bytes. */
    static final long LOOP_CREDIT = 1L << 20;

    private final IntFunction<Consumer<LoopBatch>> loops;
    private final Runnable uplink;
    private final Executor tick;
    private final Meters meters;
    private final Map<Integer, Outbox> outboxes = new TreeMap<>();
    private boolean tickPending;

    /**
     * @param loops how to send to a loop
     * @param uplink sends what there is for the bridge
     * @param tick runs a task at the end of the tick, on the hub's event loop
     */
    Outboxes(IntFunction<Consumer<LoopBatch>> loops, Runnable uplink, Executor tick, Meters meters) {
        this.loops = loops;
        this.uplink = uplink;
        this.tick = tick;
        this.meters = meters;
    }

    void attach(int loop) {
        outboxes.put(loop, new Outbox(loops.apply(loop), new Credit(LOOP_CREDIT, meters::queuedForLoops)));
    }

    void detach(int loop) {
        Outbox outbox = outboxes.remove(loop);
        if (outbox != null) {
            outbox.close();
        }
    }

    boolean isEmpty() {
        return outboxes.isEmpty();
    }

    /** An answer for a loop. */
    void tell(int loop, LoopEvent event) {
        tell(loop, event, 0);
    }

    /** An event with so many bytes of payload. */
    void tell(int loop, LoopEvent event, int bytes) {
        Outbox outbox = outboxes.get(loop);
        if (outbox != null) {
            outbox.add(event, bytes);
            endTickLater();
        }
    }

    void tellAll(LoopEvent event, int bytes) {
        outboxes.keySet().forEach(loop -> tell(loop, event, bytes));
    }

    /** So much of what the loop published is in order. */
    void taken(int loop, int bytes) {
        Outbox outbox = outboxes.get(loop);
        if (outbox != null) {
            outbox.take(bytes);
            endTickLater();
        }
    }

    /** So much was written to the sockets of the loop; returns whether it is attached. */
    boolean delivered(int loop, long bytes) {
        Outbox outbox = outboxes.get(loop);
        if (outbox != null) {
            outbox.delivered(bytes);
        }
        return outbox != null;
    }

    boolean anyIsBehind() {
        for (Outbox outbox : outboxes.values()) {
            if (outbox.isBehind()) {
                return true;
            }
        }
        return false;
    }

    void endTickLater() {
        if (!tickPending) {
            tickPending = true;
            tick.execute(this::endTick);
        }
    }

    void endTick() {
        tickPending = false;
        outboxes.values().forEach(Outbox::send);
        uplink.run();
    }
}
