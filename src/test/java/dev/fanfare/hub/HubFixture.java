package dev.fanfare.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.config.Configuration;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Publication;
import dev.fanfare.store.MemoryPresence;
import dev.fanfare.testing.ManualLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hub among loops that write down what they are sent, a word for each event. */
final class HubFixture {
    static final long NOW = 1_234;

    final ManualLoop own = new ManualLoop();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<String> emptied = new ArrayList<>();
    private final Map<Integer, List<LoopBatch>> batches = new HashMap<>();
    final List<RelayBatch> relayed = new ArrayList<>();
    final Hub hub;
    private long tickets;

    /** A hub of an instance on its own. */
    HubFixture() {
        this(false);
    }

    private HubFixture(boolean bridged) {
        Meters meters = new Meters(registry);
        Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
        Uplink uplink = bridged ? new Uplink(relayed::add, meters::queuedForRedis) : null;
        Outboxes outboxes = new Outboxes(
                loop -> batch ->
                        batches.computeIfAbsent(loop, key -> new ArrayList<>()).add(batch),
                uplink == null ? () -> {} : uplink::send,
                own,
                meters);
        hub = new Hub(
                new Kinds(Configuration.parse("", "nothing", Map.of()).channels()),
                new Hub.Surroundings(
                        outboxes,
                        uplink,
                        new ScriptedHistory(),
                        new MemoryPresence(message -> {}, clock, count -> {}),
                        (millis, task) -> {},
                        clock,
                        meters,
                        () -> emptied.add("empty")));
    }

    /** A hub whose bridge is the test. */
    static HubFixture bridged() {
        return new HubFixture(true);
    }

    HubFixture attach(int... loops) {
        for (int loop : loops) {
            hub.attach(new LoopNotice.Attach(loop));
        }
        return this;
    }

    long join(int loop, String channel) {
        hub.join(new LoopNotice.Join(loop, ++tickets, new ChannelName(channel)));
        return tickets;
    }

    void leave(int loop, String channel) {
        hub.leave(new LoopNotice.Leave(loop, new ChannelName(channel)));
    }

    long publish(int loop, @Nullable String channel, String text) {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        ChannelName name = channel == null ? null : new ChannelName(channel);
        hub.publish(new Publish(loop, ++tickets, new Publication(name, MessageType.EVENT, payload, 0), null));
        return tickets;
    }

    void delivered(int loop, long bytes) {
        hub.delivered(new LoopNotice.Delivered(loop, bytes));
    }

    /** The batches that the loop was sent since the last call. */
    List<LoopBatch> take(int loop) {
        List<LoopBatch> taken = batches.remove(loop);
        return taken == null ? List.of() : taken;
    }

    /** What the loop was sent in the one batch of the tick that ends now. */
    List<String> tick(int loop) {
        own.settle();
        List<LoopBatch> taken = take(loop);
        assertThat(taken).as("one batch a tick").hasSizeLessThan(2);
        return taken.stream().flatMap(batch -> words(batch).stream()).toList();
    }

    static List<String> words(LoopBatch batch) {
        Words words = new Words(new ArrayList<>());
        batch.events().forEach(event -> event.dispatch(words));
        return words.list();
    }

    double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    double queuedForLoops() {
        return registry.get("fanfare.queued.bytes").tag("to", "loops").gauge().value();
    }

    private record Words(List<String> list) implements LoopEvent.Handler {
        @Override
        public void deliver(LoopEvent.Deliver event) {
            assertThat(event.message().timestamp()).isEqualTo(NOW);
            list.add(event.message().publication().payload().asString());
        }

        @Override
        public void published(LoopEvent.Published event) {
            assertThat(event.receipt().timestamp()).isEqualTo(NOW);
            list.add((event.receipt().local() ? "local " : "published ") + event.ticket());
        }

        @Override
        public void failed(LoopEvent.Failed event) {
            list.add(event.error().code().word() + " " + event.ticket());
        }

        @Override
        public void joined(LoopEvent.Joined event) {
            list.add((event.traits() == null ? "not joined " : "joined ") + event.ticket());
        }

        @Override
        public void entered(LoopEvent.Entered event) {
            list.add("entered " + event.ticket());
        }

        @Override
        public void lost(LoopEvent.Lost event) {
            list.add("lost " + event.position());
        }
    }
}
