package dev.fanfare.hub;

import dev.fanfare.bus.LoopEvent;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops that hold subscribers of a channel. Belongs to the hub's event loop. */
final class Receivers implements Tail.Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Receivers.class);

    private final ChannelName channel;
    private final Outboxes outboxes;
    private final Meters meters;
    private final BitSet loops = new BitSet();

    Receivers(ChannelName channel, Outboxes outboxes, Meters meters) {
        this.channel = channel;
        this.outboxes = outboxes;
        this.meters = meters;
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
        LOG.atDebug()
                .addKeyValue("channel", channel)
                .addKeyValue("position", position)
                .log("messages are lost; it goes on behind this position");
        meters.positionLost();
        LoopEvent event = new LoopEvent.Lost(channel, position);
        loops.stream().forEach(loop -> outboxes.tell(loop, event));
    }
}
