package dev.fanfare.hub;

import dev.fanfare.bus.LoopEvent;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import java.util.BitSet;

/** The loops that hold subscribers of a channel. Belongs to the hub's event loop. */
final class Receivers implements Tail.Outlet {
    private final ChannelName channel;
    private final Outboxes outboxes;
    private final BitSet loops = new BitSet();

    Receivers(ChannelName channel, Outboxes outboxes) {
        this.channel = channel;
        this.outboxes = outboxes;
    }

    void add(int loop) {
        loops.set(loop);
    }

    void remove(int loop) {
        loops.clear(loop);
    }

    boolean isEmpty() {
        return loops.isEmpty();
    }

    @Override
    public void deliver(Message message) {
        LoopEvent event = new LoopEvent.Deliver(message);
        int bytes = message.publication().payload().size();
        loops.stream().forEach(loop -> outboxes.tell(loop, event, bytes));
    }

    @Override
    public void lost(Position position) {
        LoopEvent event = new LoopEvent.Lost(channel, position);
        loops.stream().forEach(loop -> outboxes.tell(loop, event));
    }
}
