package dev.fanfare.cluster;

import dev.fanfare.bus.BridgeBatch;
import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LinkState;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.cluster.EnvelopeException.Reason;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.store.Epochs;
import dev.fanfare.store.History;
import dev.fanfare.store.Presence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what the hub relays on to Redis, and what Redis brings to the hub. It keeps each channel that is wanted subscribed on
 * the {@link Link} that has it.
 *
 * <p>It answers whatever the hub asks within {@code cluster.publish-timeout}, and hands over no more than the hub has given it
 * credit for: then the links read no further. Belongs to one event loop.
 */
final class Bridge implements RelayEvent.Handler, Link.Listener, Links.Owner {
    /** What the hub may have been handed and not be done with, in bytes. */
    static final long CREDIT = 1L << 20;

    /** Whether Redis has answered all is looked at this often, in milliseconds, before the instance starts. */
    private static final long SETTLING = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    /** Where its news go. */
    record Outlets(Consumer<BridgeBatch> hub, Consumer<LinkState> state, Executor tick) {}

    /** A channel that is wanted, null for broadcasts, and the link it is on. */
    private static final class Wanted {
        final @Nullable ChannelName channel;
        final Continuity continuity = new Continuity();

        @Nullable
        RedisUrl server;
        /** The hub's ticket, until it is answered. */
        @Nullable
        Long ticket;

        /** The timer that answers it at the latest. */
        long deadline = -1;

        Wanted(@Nullable ChannelName channel) {
            this.channel = channel;
        }
    }

    private final Vertx vertx;
    private final Cluster configuration;
    private final String id;
    private final Names names;
    private final Outlets outlets;
    private final Clock clock;
    private final BridgeMeters meters;

    private final Links links;
    private final RedisHistory history;
    private final Sequences sequences;
    private final RedisPresence presence;
    private final Census census;
    private final Instances instances;
    private final ClusterSize size;
    private final Map<String, Wanted> wanted = new HashMap<>();
    private Map<Link, List<Pipeline.Outgoing>> outgoing = new LinkedHashMap<>();
    private final Credit credit = new Credit(CREDIT, change -> {});
    private final Promise<Void> started = Promise.promise();
    private final Promise<Void> idle = Promise.promise();
    private List<BridgeEvent> events = new ArrayList<>();
    private long renewal = -1;
    private boolean tickPending;
    private boolean paused;
    private boolean closed;

    /**
     * @param id of this instance, 32 hexadecimal digits
     * @param loops of this instance
     */
    Bridge(
            Vertx vertx,
            Cluster configuration,
            String id,
            Outlets outlets,
            Loops loops,
            Clock clock,
            BridgeMeters meters) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.id = id;
        this.names = new Names(configuration.prefix());
        this.outlets = outlets;
        this.clock = clock;
        this.meters = meters;
        this.links = new Links(vertx, configuration, names.instance(id), this, this);
        this.history = new RedisHistory(links, names, new Epochs(), outlets.tick(), meters);
        this.sequences = new Sequences(clock);
        this.presence = new RedisPresence(
                vertx,
                new MemberTable(names, configuration.mode(), links::send),
                channel -> links.isUp(names.of(channel)),
                meters);
        this.census = new Census(names, id, links::send, meters, presence);
        this.instances = new Instances(vertx, links, names, id, census, loops);
        this.size = new ClusterSize(links, names, configuration.mode(), census, loops, instances);
        wanted.put(names.of(null), new Wanted(null));
    }

    /** Completes when every server has answered and all subscriptions are confirmed; fails with a sentence. */
    Future<Void> start() {
        // Redis may let us publish and subscribe to some channels only: this one looks like any other.
        want(new ChannelName(id), null);
        long timeout = configuration.startTimeout().toMillis();
        long late = vertx.setTimer(
                timeout,
                timer -> failed("Redis did not answer within " + timeout + " ms: "
                        + links.state().reason()));
        links.connect();
        return started.future().onFailure(cause -> close()).onComplete(over -> vertx.cancelTimer(late));
    }

    // Where the channels are

    @Override
    public void relocated(Set<String> misplaced) {
        wanted.forEach((name, channel) -> place(name, channel, misplaced.contains(name)));
    }

    @Override
    public void lost(RedisUrl server) {
        wanted.values().stream()
                .filter(channel -> server.equals(channel.server))
                .forEach(channel -> answer(channel, false));
    }

    /** Subscribes to a channel where it is now, and nowhere else. */
    private void place(String name, Wanted channel, boolean misplaced) {
        Link link = links.of(name);
        if (link == null || (link.url().equals(channel.server) && !misplaced)) {
            return;
        }
        Link before = links.to(channel.server);
        if (before != null && before != link) {
            before.unsubscribe(name);
        }
        channel.server = link.url();
        link.subscribe(name);
    }

    private void want(ChannelName channel, @Nullable Long ticket) {
        String name = names.of(channel);
        Wanted added = new Wanted(channel);
        added.ticket = ticket;
        wanted.put(name, added);
        place(name, added, false);
    }

    private void drop(ChannelName channel) {
        String name = names.of(channel);
        Wanted removed = wanted.remove(name);
        Link link = removed == null ? null : links.to(removed.server);
        if (link != null) {
            link.unsubscribe(name);
        }
    }

    // From the hub

    /** Takes what the hub has for Redis. */
    void take(RelayBatch batch) {
        credit.giveBack(batch.received());
        if (paused && credit.available()) {
            paused = false;
            links.resume();
        }
        batch.events().forEach(event -> event.dispatch(this));
        Map<Link, List<Pipeline.Outgoing>> gathered = outgoing;
        outgoing = new LinkedHashMap<>();
        gathered.forEach(Link::send);
        links.flush();
    }

    @Override
    public void relay(RelayEvent.Relay event) {
        ChannelName channel = event.message().publication().channel();
        String name = names.of(channel);
        Link link = links.of(name);
        Relaying relaying = new Relaying(event);
        if (link == null) {
            relaying.unconfirmed(Link.DOWN);
            return;
        }
        byte[] message = Envelope.encode(event.message(), id, sequences.next(channel));
        outgoing.computeIfAbsent(link, key -> new ArrayList<>()).add(link.publication(name, message, relaying));
    }

    @Override
    public void subscribe(RelayEvent.Subscribe event) {
        want(event.channel(), event.ticket());
        Wanted added = Objects.requireNonNull(wanted.get(names.of(event.channel())));
        Link link = links.of(names.of(event.channel()));
        if (link == null || !link.isUp()) {
            answer(added, false);
        } else {
            added.deadline = vertx.setTimer(configuration.publishTimeout().toMillis(), late -> answer(added, false));
        }
    }

    @Override
    public void unsubscribe(RelayEvent.Unsubscribe event) {
        drop(event.channel());
    }

    // To the hub

    private void tell(BridgeEvent event) {
        events.add(event);
        if (!tickPending) {
            tickPending = true;
            outlets.tick().execute(() -> {
                tickPending = false;
                List<BridgeEvent> gathered = events;
                events = new ArrayList<>();
                // Who closes a bridge waits for its answers, but the hub has nobody left to pass them on to.
                if (!closed) {
                    outlets.hub().accept(new BridgeBatch(gathered));
                }
            });
        }
    }

    private void answer(@Nullable Wanted channel, boolean confirmed) {
        if (channel != null && channel.ticket != null && channel.channel != null) {
            tell(new BridgeEvent.Subscribed(channel.ticket, channel.channel, confirmed));
            channel.ticket = null;
            vertx.cancelTimer(channel.deadline);
        }
    }

    // From the links

    @Override
    public void received(String name, byte[] message) {
        Wanted target = wanted.get(name);
        if (target == null || Envelope.isFrom(message, id)) {
            return;
        }
        try {
            Envelope envelope = Envelope.decode(message);
            if (isNew(target, envelope)) {
                meters.received();
                hand(envelope.message(target.channel, clock.millis(), System.nanoTime()));
            }
        } catch (EnvelopeException e) {
            LOG.atDebug()
                    .addKeyValue("channel", name)
                    .addKeyValue("reason", e.getMessage())
                    .log("dropped");
            meters.dropped(e.reason().word());
        }
    }

    private boolean isNew(Wanted target, Envelope envelope) {
        if (envelope.origin() == null || envelope.sequence() == null) {
            return true;
        }
        long missed = target.continuity.receive(envelope.origin(), envelope.sequence(), clock.millis());
        if (missed == Continuity.REPEATED) {
            meters.dropped(Reason.REPEATED.word());
        } else if (missed > 0) {
            LOG.atDebug().addKeyValue("messages", missed).log("missed messages of another instance");
            meters.missed(missed);
        }
        return missed != Continuity.REPEATED;
    }

    private void hand(Message message) {
        BridgeEvent.Received event = new BridgeEvent.Received(message);
        credit.take(event.bytes());
        tell(event);
        if (!paused && !credit.available()) {
            paused = true;
            links.pause();
        }
    }

    @Override
    public void subscribed(String name) {
        Wanted channel = wanted.get(name);
        if (channel != null) {
            channel.continuity.begin(clock.millis());
            if (channel.ticket != null) {
                answer(channel, true);
            } else if (channel.channel != null) {
                tell(new BridgeEvent.Resubscribed(channel.channel));
            }
        }
    }

    @Override
    public void refused(String name, String reason) {
        if (!started.tryFail(new IllegalStateException(reason))) {
            LOG.error(reason);
            answer(wanted.get(name), false);
        }
    }

    /** What becomes of a message of the hub. */
    private final class Relaying implements Pipeline.Outcome {
        private final RelayEvent.Relay relay;

        Relaying(RelayEvent.Relay relay) {
            this.relay = relay;
        }

        @Override
        public void confirmed(@Nullable Response reply) {
            meters.published();
            tell(new BridgeEvent.Relayed(relay, true));
        }

        @Override
        public void unconfirmed(@Nullable String refusal) {
            LOG.atDebug().addKeyValue("refusal", refusal).log("not relayed");
            meters.dropped(Refusals.word(refusal));
            tell(new BridgeEvent.Relayed(relay, false));
        }
    }

    @Override
    public void answered() {
        if (closed && isIdle()) {
            idle.tryComplete();
        }
    }

    private boolean isIdle() {
        return history.isIdle() && links.isIdle();
    }

    @Override
    public void roundTrip(long nanos) {
        meters.roundTrip(nanos);
    }

    // Whether it is joined with the others

    @Override
    public void changed(LinkState state) {
        if (closed) {
            return;
        }
        meters.up(state.up());
        if (!state.up()) {
            presence.down();
        }
        if (!started.future().isComplete()) {
            if (state.up()) {
                firstUp();
            }
        } else if (state.up()) {
            meters.reconnected();
            presence.up();
            renew();
            LOG.info("joined with the other instances again");
        } else {
            LOG.atWarn().addKeyValue("reason", state.reason()).log("cut off from the other instances");
        }
        outlets.state().accept(state);
    }

    @Override
    public void failed(String reason) {
        started.tryFail(new IllegalStateException(reason));
    }

    private void firstUp() {
        drop(new ChannelName(id));
        links.flush();
        lease();
    }

    /** The first one: an instance starts with it. */
    private void lease() {
        census.renew().onComplete(renewed -> leased(), cause -> {
            if (Server.isFinal(cause)) {
                failed("Redis refuses the lease of this instance: " + Server.reason(cause));
            } else if (!started.future().isComplete()) {
                vertx.setTimer(Census.INTERVAL.toMillis(), again -> lease());
            }
        });
    }

    /** The channel that showed what Redis lets us do has to be left, too. */
    private void leased() {
        if (!links.isSettled()) {
            vertx.setTimer(SETTLING, again -> leased());
        } else if (started.tryComplete()) {
            renewal = vertx.setPeriodic(Census.INTERVAL.toMillis(), timer -> renew());
        }
    }

    /** The histories of the cluster. */
    History history() {
        return history;
    }

    private void renew() {
        census.renew().onFailure(cause -> LOG.atDebug().setCause(cause).log("the lease was not renewed"));
    }

    /** Who is subscribed to which channel, on all instances. */
    Presence presence() {
        return presence;
    }

    /** How large the cluster is. */
    Future<ClusterFigures> figures(ClusterFigures.Question question) {
        return size.figures(question);
    }

    /** The other instances. */
    Instances instances() {
        return instances;
    }

    @Override
    public void told(String message) {
        if (!instances.told(message)) {
            meters.dropped(Reason.MALFORMED.word());
        }
    }

    // The end

    /** Waits until everything is answered, which {@code cluster.publish-timeout} bounds, and closes the links. */
    Future<Void> close() {
        closed = true;
        if (renewal >= 0) {
            vertx.cancelTimer(renewal);
        }
        answered();
        return idle.future()
                .compose(done -> presence.close())
                .compose(done -> links.state().up() ? census.leave() : Future.succeededFuture())
                .transform(left -> links.close().mapEmpty());
    }
}
