package dev.fanfare.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Fanfare's own meters. Those without a reason are there from the start. */
public final class Meters {
    private static final String REASON = "reason";

    private static final Duration[] DELIVERY_BUCKETS = LongStream.of(
                    50,
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000)
            .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, Sessions> sessions = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Counter messages;
    private final Counter deliveries;
    private final Counter positionsLost;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Timer deliveryTime;
    private final AtomicLong channels = new AtomicLong();
    private final LongAdder subscriptions = new LongAdder();
    private final LongAdder queuedForHub = new LongAdder();
    private final LongAdder queuedForLoops = new LongAdder();
    private final LongAdder queuedForRedis = new LongAdder();
    private final LongAdder historyBytes = new LongAdder();
    private final AtomicLong members = new AtomicLong();
    private final Counter historyEvictions;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        this.messages = Counter.builder("fanfare.messages")
                .description("Messages published by clients, once each, before fan-out")
                .register(registry);
        this.deliveries = Counter.builder("fanfare.deliveries")
                .description("Messages written to sockets")
                .register(registry);
        this.positionsLost = Counter.builder("fanfare.positions.lost")
                .description("How often messages of a channel with a history were lost for its subscribers here")
                .register(registry);
        this.bytesIn = bytes("in");
        this.bytesOut = bytes("out");
        this.deliveryTime = Timer.builder("fanfare.delivery")
                .description("From the read of a message to the last write of its fan-out on a loop")
                .serviceLevelObjectives(DELIVERY_BUCKETS)
                .register(registry);
        Gauge.builder("fanfare.channels", channels, AtomicLong::get)
                .description("Channels with subscribers on this instance")
                .register(registry);
        Gauge.builder("fanfare.subscriptions", subscriptions, LongAdder::sum)
                .description("Subscriptions of sessions to channels")
                .register(registry);
        Gauge.builder("fanfare.presence.members", members, AtomicLong::get)
                .description("Members of channels with presence that are on this instance")
                .register(registry);
        Gauge.builder("fanfare.history.bytes", historyBytes, LongAdder::sum)
                .description("What the histories of an instance on its own take in memory")
                .baseUnit("bytes")
                .register(registry);
        this.historyEvictions = Counter.builder("fanfare.history.evicted")
                .description("Messages that the histories in memory have given up for their limit")
                .register(registry);
        queue("hub", queuedForHub);
        queue("loops", queuedForLoops);
        queue("redis", queuedForRedis);
        sessions("raw");
        sessions("json");
        sessions("sse");
    }

    /** The meters of an instance that is one of several; asked for once. */
    public BridgeMeters bridge() {
        return new BridgeMeters(registry, this);
    }

    private void queue(String to, LongAdder bytes) {
        Gauge.builder("fanfare.queued.bytes", bytes, LongAdder::sum)
                .description(
                        "What is under way to the hub, and from it to the loops and to Redis; all bounded by credit")
                .baseUnit("bytes")
                .tag("to", to)
                .register(registry);
    }

    private Counter bytes(String direction) {
        return Counter.builder("fanfare.message.bytes")
                .description("Bytes of messages that were read (in) and written (out, once for each socket)")
                .tag("direction", direction)
                .register(registry);
    }

    /** A session was opened; {@code protocol} is its word. */
    public void connected(String protocol) {
        sessions(protocol).opened.increment();
    }

    /** The end of a session that was opened with the same word. */
    public void disconnected(String protocol, String reason) {
        sessions(protocol).closed.increment();
        count("fanfare.disconnections", "Sessions that ended, by reason", REASON, reason);
    }

    /** A handshake was answered with an error. */
    public void rejected(String reason) {
        count("fanfare.handshakes.rejected", "Handshakes that were refused, by reason", REASON, reason);
    }

    /** A message was refused or given up, and who sent it was told or closed. */
    public void dropped(String reason) {
        count("fanfare.dropped", "Messages that were refused or dropped, by reason", REASON, reason);
    }

    /** The configuration was read again, and holds or was refused. */
    public void reloaded(boolean holds) {
        Counter.builder("fanfare.configuration.reloads")
                .description("Changes of the configuration file, by result")
                .tag("result", holds ? "ok" : "failed")
                .register(registry)
                .increment();
    }

    /** A session was refused something by one of its own limits; {@code limit} is its word. */
    public void limited(String limit) {
        count(
                "fanfare.limited",
                "What sessions, and addresses that post, were refused by their limits",
                "limit",
                limit);
    }

    /** Who came back was told all that it missed, or that this can't be had. */
    public void recovered(boolean whole) {
        count(
                "fanfare.recoveries",
                "Clients that came back to a channel, by what they got",
                "got",
                whole ? "all" : "nothing");
    }

    /** A request to the HTTP API was answered. */
    public void apiRequest(int status) {
        count("fanfare.api.requests", "Requests to the HTTP API, by the status of the answer", "status", "" + status);
    }

    /** Messages of a channel are lost for its subscribers here, and they are told. */
    public void positionLost() {
        positionsLost.increment();
    }

    /** A slow subscriber was taken out of the live delivery of a channel, and not cut off. */
    public void fellBehind(String how) {
        count(
                "fanfare.behind",
                "Slow subscribers that were switched to catching up, or to the newest message",
                "how",
                how);
    }

    private void count(String name, String description, String label, String word) {
        counters.computeIfAbsent(name + '/' + word, key -> Counter.builder(name)
                        .description(description)
                        .tag(label, word)
                        .register(registry))
                .increment();
    }

    /** A client published a message of so many bytes. */
    public void published(int bytes) {
        messages.increment();
        bytesIn.increment(bytes);
    }

    /** So many deliveries were written, of so many bytes in all. */
    public void delivered(long count, long bytes) {
        deliveries.increment((double) count);
        bytesOut.increment((double) bytes);
    }

    /** A message was written to all its sockets on a loop, so many nanoseconds after it was read. */
    public void deliveredAfter(long nanos) {
        deliveryTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** How many channels the hub knows. */
    public void channels(int count) {
        channels.set(count);
    }

    /** Subscriptions came (positive) or went (negative). */
    public void subscriptions(int change) {
        subscriptions.add(change);
    }

    /** Bytes are under way to the hub (positive) or were answered (negative). */
    public void queuedForHub(long change) {
        queuedForHub.add(change);
    }

    /** Bytes are under way from the hub to a loop (positive) or were written (negative). */
    public void queuedForLoops(long change) {
        queuedForLoops.add(change);
    }

    /** Bytes are under way to Redis (positive) or were answered (negative). */
    public void queuedForRedis(long change) {
        queuedForRedis.add(change);
    }

    /** How many members channels have here. */
    public void presenceMembers(long count) {
        members.set(count);
    }

    /** The histories in memory take so many bytes more, or less. */
    public void historyBytes(long change) {
        historyBytes.add(change);
    }

    /** The histories in memory have given a message up for their limit. */
    public void historyEvicted() {
        historyEvictions.increment();
    }

    /** How many sessions are open. */
    public long openSessions() {
        return sessions.values().stream().mapToLong(Sessions::open).sum();
    }

    /** How many channels have subscribers. */
    public long openChannels() {
        return channels.get();
    }

    private Sessions sessions(String protocol) {
        return sessions.computeIfAbsent(protocol, key -> new Sessions(registry, key));
    }

    /** Opened and closed sessions of a protocol: the gauge is their difference, always. */
    private static final class Sessions {
        private final LongAdder opened = new LongAdder();
        private final LongAdder closed = new LongAdder();

        Sessions(MeterRegistry registry, String protocol) {
            FunctionCounter.builder("fanfare.connections", opened, LongAdder::sum)
                    .description("Sessions that were opened")
                    .tag("protocol", protocol)
                    .register(registry);
            Gauge.builder("fanfare.connected.clients", this, Sessions::open)
                    .description("Sessions that are open")
                    .tag("protocol", protocol)
                    .strongReference(true)
                    .register(registry);
        }

        private long open() {
            return opened.sum() - closed.sum();
        }
    }
}
