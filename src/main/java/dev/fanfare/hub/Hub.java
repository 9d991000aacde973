package dev.fanfare.hub;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Publication;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Puts what is published into order and sends it to the loops that hold subscribers, one batch a loop and tick.
 *
 * <p>The bus has no back-pressure, so a loop that is behind stops the hub: what comes meanwhile waits in
 * {@link #waiting}, unanswered, and there can be no more of it than the loops have credit for. Belongs to one event
 * loop.
 */
final class Hub implements LoopNotice.Handler {
    /** What may be under way to one loop, in bytes. */
    static final long LOOP_CREDIT = 1L << 20;

    private final IntFunction<Consumer<LoopBatch>> loops;
    private final Executor tick;
    private final Clock clock;
    private final Meters meters;
    private final Runnable whenEmpty;

    private final Map<Integer, Outbox> outboxes = new TreeMap<>();
    private final Map<ChannelName, LiveChannel> channels = new HashMap<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean tickPending;

    /**
     * @param loops how to send to a loop
     * @param tick runs a task at the end of the tick, on the hub's event loop
     * @param whenEmpty runs when the last loop has detached
     */
    Hub(IntFunction<Consumer<LoopBatch>> loops, Executor tick, Clock clock, Meters meters, Runnable whenEmpty) {
        this.loops = loops;
        this.tick = tick;
        this.clock = clock;
        this.meters = meters;
        this.whenEmpty = whenEmpty;
    }

    /** Whether no loop is attached. */
    boolean isEmpty() {
        return outboxes.isEmpty();
    }

    void publish(Publish request) {
        inTurn(() -> order(request));
    }

    private void order(Publish request) {
        Publication publication = request.publication();
        Message message = new Message(publication, clock.millis());
        LoopEvent.Deliver delivery = new LoopEvent.Deliver(message);
        ChannelName name = publication.channel();
        int bytes = publication.payload().size();
        if (name == null) {
            outboxes.keySet().forEach(loop -> tell(loop, delivery, bytes));
        } else {
            LiveChannel channel = channels.get(name);
            if (channel != null) {
                channel.forEachLoop(loop -> tell(loop, delivery, bytes));
            }
        }
        tell(request.loop(), new LoopEvent.Published(request.ticket(), message.timestamp()), 0);
    }

    @Override
    public void attach(LoopNotice.Attach notice) {
        outboxes.put(
                notice.loop(), new Outbox(loops.apply(notice.loop()), new Credit(LOOP_CREDIT, meters::queuedForLoops)));
    }

    @Override
    public void detach(LoopNotice.Detach notice) {
        Outbox outbox = outboxes.remove(notice.loop());
        if (outbox != null) {
            outbox.close();
        }
        channels.values().forEach(channel -> channel.leave(notice.loop()));
        channels.values().removeIf(LiveChannel::isEmpty);
        meters.channels(channels.size());
        carryOn();
        if (outboxes.isEmpty()) {
            whenEmpty.run();
        }
    }

    @Override
    public void join(LoopNotice.Join notice) {
        inTurn(() -> {
            channels.computeIfAbsent(notice.channel(), name -> new LiveChannel())
                    .join(notice.loop());
            meters.channels(channels.size());
            tell(notice.loop(), new LoopEvent.Joined(notice.ticket()), 0);
        });
    }

    @Override
    public void leave(LoopNotice.Leave notice) {
        inTurn(() -> {
            LiveChannel channel = channels.get(notice.channel());
            if (channel != null) {
                channel.leave(notice.loop());
                if (channel.isEmpty()) {
                    channels.remove(notice.channel());
                    meters.channels(channels.size());
                }
            }
        });
    }

    @Override
    public void delivered(LoopNotice.Delivered notice) {
        Outbox outbox = outboxes.get(notice.loop());
        if (outbox != null) {
            outbox.delivered(notice.bytes());
            carryOn();
        }
    }

    private void tell(int loop, LoopEvent event, int bytes) {
        Outbox outbox = outboxes.get(loop);
        if (outbox != null) {
            outbox.add(event, bytes);
            endTickLater();
        }
    }

    private void inTurn(Runnable work) {
        if (waiting.isEmpty() && !anyLoopIsBehind()) {
            work.run();
        } else {
            waiting.add(work);
        }
    }

    private void carryOn() {
        while (!waiting.isEmpty() && !anyLoopIsBehind()) {
            waiting.remove().run();
        }
    }

    private boolean anyLoopIsBehind() {
        for (Outbox outbox : outboxes.values()) {
            if (outbox.isBehind()) {
                return true;
            }
        }
        return false;
    }

    private void endTickLater() {
        if (!tickPending) {
            tickPending = true;
            tick.execute(() -> {
                tickPending = false;
                outboxes.values().forEach(Outbox::send);
            });
        }
    }
}
