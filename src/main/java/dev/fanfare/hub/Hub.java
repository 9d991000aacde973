package dev.fanfare.hub;

import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.Entry;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Retention;
import dev.fanfare.store.History;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is published into order and sends it to the loops that hold subscribers, one batch a loop and tick, and to
 * the bridge, where there is one. What comes from there is delivered like everything else, and not sent back. On a channel with a history
 * it is the history that puts it in order, and what comes from there is delivered.
 *
 * <p>The bus has no back-pressure, so a loop or a bridge that is behind stops the hub: what comes meanwhile waits in
 * {@link #waiting}, unanswered, and there can be no more of it than the loops and the bridge have credit for. Belongs
 * to one event loop.
 */
final class Hub implements LoopNotice.Handler, BridgeEvent.Handler, Turns {
    /** For how long one whose session has ended is still there for others, in milliseconds: it may be back at once. */
    static final long LINGER = 5_000;

    /**
     * What it talks to.
     *
     * @param history feeds the hub, as {@code presence} does
     * @param uplink how to send to the bridge, null for an instance on its own
     * @param later runs a task after so many milliseconds, on the hub's event loop
     * @param whenEmpty runs when the last loop has detached, and all has been sent
     */
    record Surroundings(
            Outboxes outboxes,
            @Nullable Uplink uplink,
            History history,
            Presence presence,
            Later later,
            Clock clock,
            Meters meters,
            Runnable whenEmpty) {}

    /** Runs a task later. */
    interface Later {
        void run(long millis, Runnable task);
    }

    private final Kinds kinds;
    private final Outboxes outboxes;
    private final @Nullable Uplink uplink;
    private final History history;
    private final Presence presence;
    private final Later later;
    private final Clock clock;
    private final Meters meters;
    private final Runnable whenEmpty;

    private final Map<ChannelName, Channel> channels = new HashMap<>();
    /** Those of the channels that are open and have a history. */
    private final Set<Tail> tails = new LinkedHashSet<>();

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private long subscriptions;

    Hub(Kinds kinds, Surroundings surroundings) {
        this.kinds = kinds;
        this.outboxes = surroundings.outboxes();
        this.uplink = surroundings.uplink();
        this.history = new BoundedHistory(surroundings.history());
        this.presence = surroundings.presence();
        this.later = surroundings.later();
        this.clock = surroundings.clock();
        this.meters = surroundings.meters();
        this.whenEmpty = surroundings.whenEmpty();
    }

    /** Whether no loop is attached, and what they published is in order. */
    boolean isEmpty() {
        return outboxes.isEmpty() && waiting.isEmpty();
    }

    private void tellIfEmpty() {
        if (isEmpty()) {
            outboxes.endTick();
            whenEmpty.run();
        }
    }

    // Publications

    void publish(Publish request) {
        take(() -> order(request));
    }

    private void order(Publish request) {
        ChannelName name = request.publication().channel();
        Message message = new Message(request.publication(), clock.millis());
        Retention retention = name == null ? null : retention(name);
        if (retention != null) {
            append(request, new Append(message, request.key(), retention));
        } else if (request.key() != null) {
            outboxes.taken(request.loop(), request.bytes());
            fail(request, new ProtocolException(ErrorCode.BAD_REQUEST, Append.NEEDS_HISTORY));
        } else {
            feed(message);
            outboxes.taken(request.loop(), request.bytes());
            relay(request, message);
        }
    }

    private void relay(Publish request, Message message) {
        if (uplink == null) {
            published(request, message, null);
        } else {
            uplink.relay(new RelayEvent.Relay(request.loop(), request.ticket(), message));
            outboxes.endTickLater();
        }
    }

    /** The history has the message delivered when it has its place. */
    private void append(Publish request, Append append) {
        if (uplink != null) {
            uplink.take(request.bytes());
        }
        history.append(append)
                .onComplete(
                        position -> {
                            published(request, append.message(), position);
                            appended(request);
                        },
                        cause -> {
                            fail(
                                    request,
                                    ProtocolException.of(
                                            cause,
                                            "the history can't be reached: it is not known whether it was published"));
                            appended(request);
                        });
    }

    private void appended(Publish request) {
        outboxes.taken(request.loop(), request.bytes());
        if (uplink != null) {
            uplink.giveBack(request.bytes());
            carryOnWaiting();
        }
    }

    private void published(Publish request, Message message, @Nullable Position position) {
        outboxes.tell(
                request.loop(),
                new LoopEvent.Published(request.ticket(), new Receipt(message.timestamp(), false, position)));
    }

    private void fail(Publish request, ProtocolException error) {
        outboxes.tell(request.loop(), new LoopEvent.Failed(request.ticket(), error));
    }

    /** How much is kept of a channel, null where it is nothing: what it was when it was entered, as long as somebody is there. */
    private @Nullable Retention retention(ChannelName name) {
        Channel channel = channels.get(name);
        if (channel == null) {
            return kinds.retention(name).orElse(null);
        }
        return channel.tail() == null ? null : channel.tail().retention();
    }

    /** A message is for the subscribers of its channel, or without one for everybody. */
    void feed(Message message) {
        ChannelName name = message.publication().channel();
        if (name == null) {
            outboxes.tellAll(
                    new LoopEvent.Deliver(message),
                    message.publication().payload().size());
            return;
        }
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.receive(message);
        }
    }

    // From the bridge

    @Override
    public void received(BridgeEvent.Received event) {
        take(() -> {
            feed(event.message());
            uplink().receive(event.bytes());
            outboxes.endTickLater();
        });
    }

    @Override
    public void relayed(BridgeEvent.Relayed event) {
        RelayEvent.Relay relay = event.relay();
        uplink().giveBack(relay.bytes());
        long timestamp = relay.message().timestamp();
        outboxes.tell(
                relay.loop(),
                new LoopEvent.Published(relay.ticket(), new Receipt(timestamp, !event.confirmed(), null)));
        carryOnWaiting();
    }

    @Override
    public void subscribed(BridgeEvent.Subscribed event) {
        Channel channel = channels.get(event.channel());
        if (channel == null || channel.subscription() != event.ticket()) {
            return;
        }
        if (channel.tail() != null && !event.confirmed()) {
            giveUp(event.channel(), channel);
        } else {
            open(event.channel(), channel);
        }
    }

    @Override
    public void resubscribed(BridgeEvent.Resubscribed event) {
        Channel channel = channels.get(event.channel());
        if (channel != null) {
            channel.mend();
        }
    }

    private Uplink uplink() {
        return Objects.requireNonNull(uplink, "no bridge");
    }

    /**
     * Looks at the channels with a history whose turn it is. Called each second: messages may be lost on the way here, and a history that somebody looks at is not
     * forgotten.
     */
    void check() {
        long now = clock.millis();
        tails.forEach(tail -> tail.check(now));
    }

    /** How many channels are something else than the rules say, since somebody was subscribed when these were others. */
    long outdated() {
        return channels.entrySet().stream()
                .filter(channel -> !channel.getValue().traits().equals(kinds.traits(channel.getKey())))
                .count();
    }

    // Channels

    @Override
    public void join(LoopNotice.Join notice) {
        take(() -> {
            Channel channel = channels.get(notice.channel());
            if (channel == null) {
                channel = create(notice.channel());
                channels.put(notice.channel(), channel);
                meters.channels(channels.size());
                channel.join(notice);
                subscribe(notice.channel(), channel);
            } else if (channel.join(notice)) {
                joined(notice, channel.traits());
            }
        });
    }

    private Channel create(ChannelName name) {
        ChannelTraits traits = kinds.traits(name);
        Receivers receivers = new Receivers(name, outboxes, meters);
        Tail tail = kinds.retention(name)
                .map(retention -> new Tail(
                        name, () -> kinds.retention(name).orElse(retention), traits.last(), history, this, receivers))
                .orElse(null);
        return new Channel(traits, ++subscriptions, receivers, tail);
    }

    private void subscribe(ChannelName name, Channel channel) {
        if (uplink == null) {
            open(name, channel);
        } else {
            uplink.subscribe(new RelayEvent.Subscribe(channel.subscription(), name));
            outboxes.endTickLater();
        }
    }

    private void open(ChannelName name, Channel channel) {
        Tail tail = channel.tail();
        Future<Void> known = tail == null ? Future.succeededFuture() : tail.open();
        known.onComplete(
                opened -> {
                    if (tail != null && !tail.isClosed()) {
                        tails.add(tail);
                    }
                    channel.open().forEach(notice -> joined(notice, channel.traits()));
                },
                cause -> giveUp(name, channel));
    }

    /** Its history is not to be had, so nobody may join. */
    private void giveUp(ChannelName name, Channel channel) {
        if (channels.remove(name, channel)) {
            channel.waiting().forEach(notice -> joined(notice, null));
            left(name, channel);
        }
    }

    private void joined(LoopNotice.Join notice, @Nullable ChannelTraits traits) {
        outboxes.tell(notice.loop(), new LoopEvent.Joined(notice.ticket(), traits));
    }

    @Override
    public void leave(LoopNotice.Leave notice) {
        take(() -> leave(notice.channel(), notice.loop()));
    }

    private void leave(ChannelName name, int loop) {
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.leave(loop);
            if (channel.isEmpty()) {
                channels.remove(name);
                left(name, channel);
            }
        }
    }

    private void left(ChannelName name, Channel channel) {
        if (channel.tail() != null) {
            channel.tail().close();
            tails.remove(channel.tail());
        }
        meters.channels(channels.size());
        if (uplink != null) {
            uplink.unsubscribe(new RelayEvent.Unsubscribe(name));
            outboxes.endTickLater();
        }
    }

    // Subscribers

    @Override
    public void enter(LoopNotice.Enter notice) {
        take(() -> {
            Allowance allowance = new Allowance(notice.most());
            List<Arrival> arrivals = notice.entrances().stream()
                    .map(entrance ->
                            new Arrival(entrance, channels.get(entrance.channel()), history, presence, allowance))
                    .toList();
            Future.join(arrivals.stream().map(Arrival::ready).toList()).onComplete(ready -> entered(notice, arrivals));
        });
    }

    private void entered(LoopNotice.Enter notice, List<Arrival> arrivals) {
        List<Entry> entries =
                arrivals.stream().map(arrival -> arrival.entry(clock.millis())).toList();
        long bytes = entries.stream()
                .flatMap(entry -> entry.messages().stream())
                .mapToLong(Allowance::size)
                .sum();
        outboxes.tell(notice.loop(), new LoopEvent.Entered(notice.ticket(), entries), (int) bytes);
    }

    @Override
    public void exit(LoopNotice.Exit notice) {
        if (notice.atOnce()) {
            take(() -> exit(notice.channel(), notice));
        } else {
            later.run(LINGER, () -> exit(notice.channel(), notice));
        }
    }

    private void exit(ChannelName name, LoopNotice.Exit notice) {
        Channel channel = channels.get(name);
        ChannelTraits traits = channel == null ? kinds.traits(name) : channel.traits();
        presence.leave(name, notice.member(), traits.joinLeave()).onFailure(cause -> {
            // It is told as soon as it can be.
        });
    }

    // Loops

    @Override
    public void attach(LoopNotice.Attach notice) {
        outboxes.attach(notice.loop());
    }

    @Override
    public void detach(LoopNotice.Detach notice) {
        outboxes.detach(notice.loop());
        List.copyOf(channels.keySet()).forEach(name -> leave(name, notice.loop()));
        carryOn();
        tellIfEmpty();
    }

    @Override
    public void delivered(LoopNotice.Delivered notice) {
        if (outboxes.delivered(notice.loop(), notice.bytes())) {
            carryOn();
        }
    }

    // Turns

    @Override
    public void take(Runnable work) {
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

    private void carryOnWaiting() {
        if (!waiting.isEmpty()) {
            carryOn();
            tellIfEmpty();
        }
    }

    private boolean anybodyIsBehind() {
        return (uplink != null && uplink.isBehind()) || outboxes.anyIsBehind();
    }
}
