package dev.fanfare.hub;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the hub has for one loop: gathered during a tick, sent at its end. Belongs to the hub's event loop. */
final class Outbox {
    private final Consumer<LoopBatch> loop;
    private final Credit credit;
    private List<LoopEvent> events = new ArrayList<>();
    private long bytes;
    private long taken;
    private long undelivered;

    Outbox(Consumer<LoopBatch> loop, Credit credit) {
        this.loop = loop;
        this.credit = credit;
    }

    void add(LoopEvent event, int payloadBytes) {
        events.add(event);
        bytes += Credit.OVERHEAD + payloadBytes;
        undelivered += Credit.OVERHEAD + payloadBytes;
        credit.take(Credit.OVERHEAD + payloadBytes);
    }

    /** So much of what the loop published is in order. */
    void take(int publishedBytes) {
        taken += publishedBytes;
    }

    void send() {
        if (!events.isEmpty() || taken > 0) {
            loop.accept(new LoopBatch(events, bytes, taken));
            events = new ArrayList<>();
            bytes = 0;
            taken = 0;
        }
    }

    void delivered(long deliveredBytes) {
        undelivered -= deliveredBytes;
        credit.giveBack(deliveredBytes);
    }

    /** The loop has gone: nothing is under way to it any more. */
    void close() {
        delivered(undelivered);
    }

    boolean isBehind() {
        return !credit.available();
    }
}
