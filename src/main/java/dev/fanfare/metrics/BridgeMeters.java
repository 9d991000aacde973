package dev.fanfare.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of an instance that is one of several. */
public final class BridgeMeters {
    private final Meters meters;
    private final AtomicBoolean up = new AtomicBoolean();
    private final AtomicLong instances = new AtomicLong();
    private final Counter reconnects;
    private final Counter published;
    private final Counter received;
    private final Counter missed;
    private final Counter reaped;
    private final Timer roundTrip;

    BridgeMeters(MeterRegistry registry, Meters meters) {
        this.meters = meters;
        Gauge.builder("fanfare.bridge.up", up, state -> state.get() ? 1 : 0)
                .description("Whether the instance is joined with the others: 1 where every server of Redis answers")
                .register(registry);
        Gauge.builder("fanfare.cluster.instances", instances, AtomicLong::get)
                .description("Instances of the cluster, this one included, as of the last renewal of its lease")
                .register(registry);
        this.reconnects = Counter.builder("fanfare.bridge.reconnects")
                .description("How often the instance was joined with the others again")
                .register(registry);
        this.published = Counter.builder("fanfare.bridge.published")
                .description("Messages of this instance that Redis has confirmed")
                .register(registry);
        this.received = Counter.builder("fanfare.bridge.received")
                .description("Messages of other instances that were handed to the hub")
                .register(registry);
        this.missed = Counter.builder("fanfare.bridge.missed")
                .description("Messages of other instances that never came, by the gaps in their numbers")
                .register(registry);
        this.reaped = Counter.builder("fanfare.presence.reaped")
                .description("Members of instances that are gone, which this one has taken out")
                .register(registry);
        this.roundTrip = Timer.builder("fanfare.bridge.round.trip")
                .description("From a probe's publication to its return")
                .register(registry);
    }

    /** Whether the instance is joined with the others. */
    public void up(boolean isUp) {
        up.set(isUp);
    }

    /** So many instances are there. */
    public void instances(long count) {
        instances.set(count);
    }

    /** How many sessions this instance has. */
    public long openSessions() {
        return meters.openSessions();
    }

    /** So many members are on this instance. */
    public void presenceMembers(long count) {
        meters.presenceMembers(count);
    }

    /** So many members of an instance that is gone were taken out. */
    public void reaped(long count) {
        reaped.increment((double) count);
    }

    /** It is, once more. */
    public void reconnected() {
        reconnects.increment();
    }

    /** Redis has confirmed a message. */
    public void published() {
        published.increment();
    }

    /** A message of another instance came. */
    public void received() {
        received.increment();
    }

    /** So many messages of another instance never came. */
    public void missed(long count) {
        missed.increment((double) count);
    }

    /** A message was not relayed, or not delivered. */
    public void dropped(String reason) {
        meters.dropped(reason);
    }

    /** A probe came round after so many nanoseconds. */
    public void roundTrip(long nanos) {
        roundTrip.record(nanos, TimeUnit.NANOSECONDS);
    }
}
