package dev.fanfare.cluster;

import dev.fanfare.bus.BridgeBatch;
import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LinkState;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.cluster.EnvelopeException.Reason;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import dev.fanfare.metrics.BridgeMeters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what the hub relays on to Redis, and what Redis brings to the hub. It keeps a {@link Link} to each server that
 * the {@link Topology} names, and each channel that is wanted subscribed on the link that has it.
 *
 * <p>It answers whatever the hub asks within {@code cluster.publish-timeout}, and hands over no more than the hub has given it
 * credit for: then the links read no further. Belongs to one event loop.
 */
final class Bridge implements RelayEvent.Handler, Link.Owner {
    /** What the hub may have been handed and not be done with, in bytes. */
    static final long CREDIT = 1L << 20;

    /** The topology is asked for this often, in milliseconds: a server that was deposed may not know it. */
    private static final long REFRESH = 5_000;

    /** It is asked for no sooner again, in milliseconds; where it was not to be had, the time doubles each time, up to the other one. */
    private static final long RETRY = 200;

    private static final long MOST_RETRY = 2_000;

    /** Every instance has this long to say how many subscribers a channel has, in milliseconds. */
    private static final long POLL_TIMEOUT = 1_000;

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

        Wanted(@Nullable ChannelName channel) {
            this.channel = channel;
        }
    }

    private final Vertx vertx;
    private final Cluster configuration;
    private final String id;
    private final Names names;
    private final Topology topology;
    private final Outlets outlets;
    private final Function<ChannelName, Future<Long>> subscribers;
    private final Clock clock;
    private final BridgeMeters meters;

    private final Sequences sequences;
    private final Census census;
    private final Map<Long, Poll> polls = new HashMap<>();
    private final Map<RedisUrl, Link> links = new LinkedHashMap<>();
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Map<Link, List<Link.Outgoing>> outgoing = new LinkedHashMap<>();
    private final List<Long> timers = new ArrayList<>();
    private final Set<String> misplaced = new HashSet<>();
    private final Credit credit = new Credit(CREDIT, change -> {});
    private final Promise<Void> started = Promise.promise();
    private final Promise<Void> idle = Promise.promise();
    private @Nullable Layout layout;
    private LinkState state = new LinkState(false, "connecting to Redis");
    private List<BridgeEvent> events = new ArrayList<>();
    private long tickets;
    private boolean tickPending;
    private boolean discovering;
    private boolean discoverAgain;
    private long retry = RETRY;
    private boolean paused;
    private boolean closed;

    /**
     * @param id of this instance, 32 hexadecimal digits
     * @param subscribers counts the subscribers of a channel on this instance
     */
    Bridge(
            Vertx vertx,
            Cluster configuration,
            String id,
            Outlets outlets,
            Function<ChannelName, Future<Long>> subscribers,
            Clock clock,
            BridgeMeters meters) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.id = id;
        this.names = new Names(configuration.prefix());
        this.topology = Topology.of(vertx, configuration, this::discover);
        this.outlets = outlets;
        this.subscribers = subscribers;
        this.clock = clock;
        this.meters = meters;
        this.sequences = new Sequences(clock);
        this.census = new Census(names, id, this::send, meters);
        wanted.put(names.of(null), new Wanted(null));
    }

    /** Completes when every server has answered and all subscriptions are confirmed; fails with a sentence. */
    Future<Void> start() {
        // Redis may let us publish and subscribe to some channels only: this one looks like any other.
        want(new ChannelName(id), null);
        long timeout = configuration.startTimeout().toMillis();
        vertx.setTimer(
                timeout,
                late -> started.tryFail(new IllegalStateException(
                        "Redis did not answer within " + timeout + " ms: " + state.reason())));
        timers.add(vertx.setPeriodic(Census.INTERVAL.toMillis(), timer -> renew()));
        if (!topology.isStatic()) {
            timers.add(vertx.setPeriodic(REFRESH, timer -> discover()));
        }
        discover();
        return started.future().onFailure(cause -> close());
    }

    // Where the channels are

    /** Asks at once, or a little later where somebody was asked just now: while a slot moves, the servers need a moment to agree. */
    private void discover() {
        discoverAgain = discovering;
        if (discovering || closed) {
            return;
        }
        discovering = true;
        topology.discover().onComplete(this::discovered, this::undiscovered);
    }

    private void undiscovered(Throwable cause) {
        String reason = "can't find Redis, " + cause.getMessage();
        if (layout == null) {
            down(reason, cause);
        } else if (retry == RETRY) {
            LOG.warn(reason);
        }
        discoverAgain = true;
        pause(retry);
        retry = Math.min(2 * retry, MOST_RETRY);
    }

    private void pause(long millis) {
        vertx.setTimer(millis, timer -> {
            discovering = false;
            if (discoverAgain) {
                discover();
            }
        });
    }

    private void discovered(Layout found) {
        if (closed) {
            return;
        }
        if (layout == null || !layout.isSame(found)) {
            LOG.atInfo()
                    .addKeyValue(
                            "servers",
                            found.servers().stream().map(RedisUrl::place).toList())
                    .log("Redis found");
            layout = found;
            found.servers().forEach(server -> links.computeIfAbsent(server, this::open));
            links.values().removeIf(link -> {
                boolean gone = !found.servers().contains(link.url());
                if (gone) {
                    link.close();
                }
                return gone;
            });
            updateState("connecting to Redis");
        }
        wanted.forEach(this::place);
        links.values().forEach(Link::flush);
        discoverAgain |= !misplaced.isEmpty();
        misplaced.clear();
        updateState("");
        retry = RETRY;
        pause(RETRY);
    }

    private Link open(RedisUrl server) {
        Link link = new Link(
                vertx, server, configuration, configuration.mode() == Cluster.Mode.CLUSTER, names.instance(id), this);
        if (paused) {
            link.pause();
        }
        link.connect();
        return link;
    }

    private @Nullable Link linkOf(String name) {
        return layout == null ? null : links.get(layout.serverOf(name));
    }

    /** Subscribes to a channel where it is now, and nowhere else. */
    private void place(String name, Wanted channel) {
        Link link = linkOf(name);
        if (link == null || (link.url().equals(channel.server) && !misplaced.contains(name))) {
            return;
        }
        Link before = channel.server == null ? null : links.get(channel.server);
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
        place(name, added);
    }

    private void drop(ChannelName channel) {
        String name = names.of(channel);
        Wanted removed = wanted.remove(name);
        Link link = removed == null || removed.server == null ? null : links.get(removed.server);
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
            links.values().forEach(Link::resume);
        }
        batch.events().forEach(event -> event.dispatch(this));
        outgoing.forEach(Link::relay);
        outgoing.clear();
        links.values().forEach(Link::flush);
    }

    @Override
    public void relay(RelayEvent.Relay event) {
        ChannelName channel = event.message().publication().channel();
        String name = names.of(channel);
        Link link = linkOf(name);
        if (link == null) {
            relayed(event, false, Link.DOWN);
            return;
        }
        byte[] message = Envelope.encode(event.message(), id, sequences.next(channel));
        outgoing.computeIfAbsent(link, key -> new ArrayList<>()).add(link.outgoing(event, name, message));
    }

    @Override
    public void subscribe(RelayEvent.Subscribe event) {
        want(event.channel(), event.ticket());
        Wanted added = wanted.get(names.of(event.channel()));
        Link link = linkOf(names.of(event.channel()));
        if (link == null || !link.isUp()) {
            answer(added);
        } else {
            vertx.setTimer(configuration.publishTimeout().toMillis(), late -> answer(added));
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
                outlets.hub().accept(new BridgeBatch(gathered));
            });
        }
    }

    private void answer(@Nullable Wanted channel) {
        if (channel != null && channel.ticket != null && channel.channel != null) {
            tell(new BridgeEvent.Subscribed(channel.ticket, channel.channel));
            channel.ticket = null;
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
        if (envelope.origin() == null || envelope.position() == null) {
            return true;
        }
        long missed = target.continuity.receive(envelope.origin(), envelope.position());
        if (missed == Continuity.REPEATED) {
            meters.dropped(Reason.REPEATED.word());
        } else if (missed > 0) {
            LOG.atWarn().addKeyValue("messages", missed).log("missed messages of another instance");
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
            links.values().forEach(Link::pause);
        }
    }

    @Override
    public void subscribed(String name) {
        Wanted channel = wanted.get(name);
        if (channel != null) {
            channel.continuity.begin(clock.millis());
            answer(channel);
        }
    }

    @Override
    public void refused(String name, String error) {
        String reason = "Redis refuses a subscription to " + name + ": " + error;
        if (!started.tryFail(new IllegalStateException(reason))) {
            LOG.error(reason);
            answer(wanted.get(name));
        }
    }

    @Override
    public void relayed(RelayEvent.Relay relay, boolean confirmed, @Nullable String refusal) {
        if (confirmed) {
            meters.published();
        } else {
            LOG.atDebug().addKeyValue("refusal", refusal).log("not relayed");
            meters.dropped(
                    refusal == null ? "relay_unconfirmed" : refusal.equals(Link.DOWN) ? "relay_down" : "relay_refused");
        }
        tell(new BridgeEvent.Relayed(relay, confirmed));
        if (closed && isIdle()) {
            idle.tryComplete();
        }
    }

    @Override
    public void moved(@Nullable String name) {
        if (name != null) {
            misplaced.add(name);
        }
        discover();
    }

    @Override
    public void roundTrip(long nanos) {
        meters.roundTrip(nanos);
    }

    // Whether it is joined with the others

    @Override
    public void up() {
        updateState("");
    }

    @Override
    public void down(Link link, String reason, @Nullable Throwable cause) {
        wanted.values().stream()
                .filter(channel -> link.url().equals(channel.server))
                .forEach(this::answer);
        down(reason, cause);
        if (!topology.isStatic()) {
            discover();
        }
    }

    private void down(String reason, @Nullable Throwable cause) {
        updateState(reason);
        if (cause != null && Server.isFinal(cause)) {
            started.tryFail(new IllegalStateException(reason));
        }
    }

    private void updateState(String reason) {
        boolean up = layout != null && links.values().stream().allMatch(Link::isUp);
        LinkState now = new LinkState(up, up ? "" : reason.isEmpty() ? state.reason() : reason);
        if (now.equals(state)) {
            return;
        }
        boolean changed = now.up() != state.up();
        state = now;
        meters.up(up);
        if (!started.future().isComplete()) {
            if (up) {
                firstUp();
            }
        } else if (changed) {
            if (up) {
                meters.reconnected();
                LOG.info("joined with the other instances again");
            } else {
                LOG.atWarn().addKeyValue("reason", reason).log("cut off from the other instances");
            }
        }
        outlets.state().accept(now);
    }

    private void firstUp() {
        drop(new ChannelName(id));
        links.values().forEach(Link::flush);
        census.renew().onComplete(renewed -> started.tryComplete(), cause -> {
            String reason = "Redis refuses the lease of this instance: " + Server.reason(cause);
            LOG.debug(reason);
            if (Server.isFinal(cause)) {
                started.tryFail(new IllegalStateException(reason));
            }
        });
    }

    // The cluster's figures

    private void renew() {
        if (started.future().succeeded() && state.up()) {
            census.renew().onFailure(cause -> LOG.atDebug().setCause(cause).log("the lease was not renewed"));
        }
    }

    /** Sends a command to the server that has the key; fails where there is no answer in time. */
    private Future<Response> send(String key, Request command) {
        Link link = linkOf(key);
        return link == null
                ? Future.failedFuture("Redis was not found")
                : link.send(command).timeout(configuration.publishTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How large the cluster is. */
    Future<ClusterFigures> figures(ClusterFigures.Question question) {
        long sessions =
                census.sessions().values().stream().mapToLong(Long::longValue).sum();
        Future<OptionalLong> subscribers = question.channel().isEmpty()
                ? Future.succeededFuture(OptionalLong.empty())
                : poll(question.channel().get()).map(OptionalLong::of).otherwise(OptionalLong.empty());
        return countChannels()
                .compose(channels -> subscribers.map(
                        count -> new ClusterFigures(census.sessions().size(), sessions, channels, count)));
    }

    private Future<Long> countChannels() {
        String list = configuration.mode() == Cluster.Mode.CLUSTER ? "SHARDCHANNELS" : "CHANNELS";
        Request request = Request.cmd(Command.PUBSUB, list, names.everyChannel());
        List<Future<Response>> replies = links.values().stream()
                .map(link -> link.send(request)
                        .timeout(configuration.publishTimeout().toMillis(), TimeUnit.MILLISECONDS))
                .toList();
        return Future.all(replies).map(all -> replies.stream()
                .mapToLong(reply -> reply.result().size())
                .sum());
    }

    /** Asks every instance how many subscribers the channel has there. */
    private Future<Long> poll(ChannelName channel) {
        Poll poll = new Poll(census.sessions().keySet());
        long ticket = ++tickets;
        polls.put(ticket, poll);
        census.sessions().keySet().forEach(other -> tellInstance(other, "count " + id + ' ' + ticket + ' ' + channel));
        return poll.sum().timeout(POLL_TIMEOUT, TimeUnit.MILLISECONDS).onComplete(over -> polls.remove(ticket));
    }

    private void tellInstance(String other, String message) {
        String channel = names.instance(other);
        send(channel, Request.cmd(Command.PUBLISH, channel, message))
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("an instance was not told"));
    }

    @Override
    public void told(String message) {
        String[] words = message.split(" ", -1);
        if (words.length == 4 && words[0].equals("count") && ChannelName.isValid(words[3])) {
            subscribers
                    .apply(new ChannelName(words[3]))
                    .onSuccess(count -> tellInstance(words[1], "counted " + words[2] + ' ' + id + ' ' + count));
        } else if (words.length == 4
                && words[0].equals("counted")
                && message.matches("counted \\d{1,18} \\S+ \\d{1,18}")) {
            Poll poll = polls.get(Long.valueOf(words[1]));
            if (poll != null) {
                poll.answer(words[2], Long.parseLong(words[3]));
            }
        } else {
            meters.dropped(Reason.MALFORMED.word());
        }
    }

    // The end

    private boolean isIdle() {
        return links.values().stream().allMatch(Link::isIdle);
    }

    /** Waits until everything is answered, which {@code cluster.publish-timeout} bounds, and closes the links. */
    Future<Void> close() {
        closed = true;
        timers.forEach(vertx::cancelTimer);
        if (isIdle()) {
            idle.tryComplete();
        }
        return idle.future().transform(done -> census.leave()).transform(left -> {
            links.values().forEach(Link::close);
            links.clear();
            topology.close();
            return Future.succeededFuture();
        });
    }
}
