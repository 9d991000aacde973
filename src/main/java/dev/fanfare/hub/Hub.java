package dev.fanfare.hub;

import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is published into order and sends it to the loops that hold subscribers, one batch a loop and tick, and to
 * the bridge, where there is one. What comes from there is delivered like everything else, and not sent back.
 *
 * <p>The bus has no back-pressure, so a loop or a bridge that is behind stops the hub: what comes meanwhile waits in
 * {@link #waiting}, unanswered, and there can be no more of it than the loops and the bridge have credit for. Belongs
 * to one event loop.
 */
final class Hub implements LoopNotice.Handler, BridgeEvent.Handler {
    /** What may be under way to one loop, in bytes. */
    static final long LOOP_CREDIT = 1L << 20;

    private final IntFunction<Consumer<LoopBatch>> loops;
    private final @Nullable Uplink uplink;
    private final Executor tick;
    private final Clock clock;
    private final Meters meters;
    private final Runnable whenEmpty;

    private final Map<Integer, Outbox> outboxes = new TreeMap<>();
    private final Map<ChannelName, LiveChannel> channels = new HashMap<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean tickPending;
    private long subscriptions;

    /**
     * @param loops how to send to a loop
     * @param uplink how to send to the bridge, null for an instance on its own
     * @param tick runs a task at the end of the tick, on the hub's event loop
     * @param whenEmpty runs when the last loop has detached, and all has been sent
     */
    Hub(
            IntFunction<Consumer<LoopBatch>> loops,
            @Nullable Uplink uplink,
            Executor tick,
            Clock clock,
            Meters meters,
            Runnable whenEmpty) {
        this.loops = loops;
        this.uplink = uplink;
        this.tick = tick;
        this.clock = clock;
        this.meters = meters;
        this.whenEmpty = whenEmpty;
    }

    /** Whether no loop is attached, and what they published is in order. */
    boolean isEmpty() {
        return outboxes.isEmpty() && waiting.isEmpty();
    }

    private void tellIfEmpty() {
        if (isEmpty()) {
            endTick();
            whenEmpty.run();
        }
    }

    void publish(Publish request) {
        inTurn(() -> order(request));
    }

    private void order(Publish request) {
        Message message = new Message(request.publication(), clock.millis());
        deliver(message);
        Outbox publisher = outboxes.get(request.loop());
        if (publisher != null) {
            publisher.take(request.bytes());
        }
        if (uplink == null) {
            tell(request.loop(), new LoopEvent.Published(request.ticket(), message.timestamp(), false), 0);
        } else {
            uplink.relay(new RelayEvent.Relay(request.loop(), request.ticket(), message));
            endTickLater();
        }
    }

    private void deliver(Message message) {
        LoopEvent.Deliver delivery = new LoopEvent.Deliver(message);
        ChannelName name = message.publication().channel();
        int bytes = message.publication().payload().size();
        if (name == null) {
            outboxes.keySet().forEach(loop -> tell(loop, delivery, bytes));
        } else {
            LiveChannel channel = channels.get(name);
            if (channel != null) {
                channel.forEachLoop(loop -> tell(loop, delivery, bytes));
            }
        }
    }

    // From the bridge

    @Override
    public void received(BridgeEvent.Received event) {
        inTurn(() -> {
            deliver(event.message());
            uplink().receive(event.bytes());
            endTickLater();
        });
    }

    @Override
    public void relayed(BridgeEvent.Relayed event) {
        RelayEvent.Relay relay = event.relay();
        uplink().relayed(relay);
        long timestamp = relay.message().timestamp();
        tell(relay.loop(), new LoopEvent.Published(relay.ticket(), timestamp, !event.confirmed()), 0);
        if (!waiting.isEmpty()) {
            carryOn();
            tellIfEmpty();
        }
    }

    @Override
    public void subscribed(BridgeEvent.Subscribed event) {
        LiveChannel channel = channels.get(event.channel());
        if (channel != null) {
            channel.open(event.ticket()).forEach(this::joined);
        }
    }

    @Override
    public void resubscribed(BridgeEvent.Resubscribed event) {
        // A channel without a history has nothing to be mended with.
    }

    private Uplink uplink() {
        return Objects.requireNonNull(uplink, "no bridge");
    }

    // From the loops

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
        List.copyOf(channels.keySet()).forEach(name -> leave(name, notice.loop()));
        carryOn();
        tellIfEmpty();
    }

    @Override
    public void join(LoopNotice.Join notice) {
        inTurn(() -> {
            if (channels.computeIfAbsent(notice.channel(), this::create).join(notice)) {
                joined(notice);
            }
        });
    }

    private void joined(LoopNotice.Join notice) {
        tell(notice.loop(), new LoopEvent.Joined(notice.ticket()), 0);
    }

    private LiveChannel create(ChannelName name) {
        meters.channels(channels.size() + 1);
        LiveChannel channel = new LiveChannel(++subscriptions);
        if (uplink == null) {
            channel.open(subscriptions);
        } else {
            uplink.subscribe(new RelayEvent.Subscribe(subscriptions, name));
            endTickLater();
        }
        return channel;
    }

    @Override
    public void leave(LoopNotice.Leave notice) {
        inTurn(() -> leave(notice.channel(), notice.loop()));
    }

    private void leave(ChannelName name, int loop) {
        LiveChannel channel = channels.get(name);
        if (channel != null) {
            channel.leave(loop);
            if (channel.isEmpty()) {
                channels.remove(name);
                meters.channels(channels.size());
                if (uplink != null) {
                    uplink.unsubscribe(new RelayEvent.Unsubscribe(name));
                    endTickLater();
                }
            }
        }
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
        if (waiting.isEmpty() && !anybodyIsBehind()) {
            work.run();
        } else {
            waiting.add(work);
        }
    }

    private void carryOn() {
        while (!waiting.isEmpty() && !anybodyIsBehind()) {
            waiting.remove().run();
        }
    }

    private boolean anybodyIsBehind() {
        if (uplink != null && uplink.isBehind()) {
            return true;
        }
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
            tick.execute(this::endTick);
        }
    }

    private void endTick() {
        tickPending = false;
        outboxes.values().forEach(Outbox::send);
        if (uplink != null) {
            uplink.send();
        }
    }
}
