package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.Plugins;
import dev.fanfare.auth.Policies;
import dev.fanfare.auth.Policy;
import dev.fanfare.bus.Acknowledgement;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.bus.Intake;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.Publish;
import dev.fanfare.bus.Service;
import dev.fanfare.config.Configuration;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.WireFormat;
import dev.fanfare.testing.ManualLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loop whose hub is the test: what it asks is written down, and answered when the test says so. */
final class LoopFixture implements HubClient.Link {
    final ManualLoop own = new ManualLoop();
    final Tick tick = new Tick(own);
    /** What is scheduled on its loop waits for the time to be moved on. */
    final EmbeddedChannel timers = new EmbeddedChannel();

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Meters meters = new Meters(registry);
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    final List<Publish> published = new ArrayList<>();
    final List<LoopNotice> notices = new ArrayList<>();
    final Intake intake = new Intake(1 << 24);
    final HubClient hub = new HubClient(3, this, tick, meters);
    final LocalSubscribers subscribers =
            new LocalSubscribers(new LocalSubscribers.Loop(hub, allocator, timers.eventLoop(), tick, meters, 1 << 19));
    /** What the channels that are joined are. */
    ChannelTraits traits = ChannelTraits.LIVE;

    LoopFixture() {
        hub.attach(subscribers);
        assertThat(notices).containsExactly(new LoopNotice.Attach(3));
        notices.clear();
    }

    @Override
    public void publish(Publish request) {
        published.add(request);
    }

    @Override
    public void notify(LoopNotice notice) {
        notices.add(notice);
    }

    @Override
    public <Q, A> Future<A> ask(Service<Q, A> service, Q question) {
        throw new AssertionError("nobody asks that here");
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        throw new AssertionError("nobody acknowledges here");
    }

    /** Answers the joins, in their order. */
    void answerJoins() {
        List<LoopNotice> asked = List.copyOf(notices);
        notices.removeIf(LoopNotice.Join.class::isInstance);
        for (LoopNotice notice : asked) {
            if (notice instanceof LoopNotice.Join join) {
                receive(new LoopEvent.Joined(join.ticket(), traits));
            }
        }
    }

    void receive(LoopEvent... events) {
        hub.receive(new LoopBatch(List.of(events), 7, 0));
    }

    /** The hub has put publications of so many bytes in order. */
    void take(long bytes) {
        hub.receive(new LoopBatch(List.of(), 0, bytes));
    }

    /** Subscribes at once. */
    void subscribe(String channel, Subscriber subscriber) {
        subscribe(channel, subscriber, null);
    }

    /** The same, to a channel that stands there. */
    void subscribe(String channel, Subscriber subscriber, @Nullable Position at) {
        ChannelName name = new ChannelName(channel);
        subscribers.prepare(List.of(name), held -> held.forEach(each -> each.add(subscriber, at)));
        answerJoins();
    }

    static Message message(@Nullable String channel, String text) {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        ChannelName name = channel == null ? null : new ChannelName(channel);
        return new Message(new Publication(name, MessageType.EVENT, payload, System.nanoTime()), 0);
    }

    void assertAllReleased() {
        assertThat(allocator.metric().usedDirectMemory())
                .as("bytes not released")
                .isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    double subscriptions() {
        return registry.get("fanfare.subscriptions").gauge().value();
    }

    double deliveries() {
        return registry.get("fanfare.deliveries").counter().count();
    }

    /** Writes a message as its text and a semicolon, and counts. */
    static final class CountingFormat implements WireFormat {
        int encoded;

        @Override
        public void encode(Message message, ByteBuf out) {
            encoded++;
            message.publication().payload().writeTo(out);
            out.writeByte(';');
        }
    }

    /** Takes everything, and does what it is told when it does. */
    static final class Recorder implements Subscriber {
        final StringBuilder got = new StringBuilder();
        final List<Integer> batches = new ArrayList<>();
        Runnable whenDelivered = () -> {};
        boolean takes = true;
        boolean slow;
        private final List<Runnable> whenWritable = new ArrayList<>();
        private final WireFormat format;

        Recorder(WireFormat format) {
            this.format = format;
        }

        @Override
        public WireFormat format() {
            return format;
        }

        @Override
        public boolean deliver(ByteBuf batch) {
            assertThat(batch.refCnt()).isPositive();
            if (takes) {
                got.append(batch.toString(StandardCharsets.UTF_8));
                batches.add(batch.readableBytes());
            }
            whenDelivered.run();
            return takes;
        }

        @Override
        public boolean isSlow() {
            return slow;
        }

        @Override
        public boolean isCongested() {
            return slow;
        }

        @Override
        public void whenWritable(Runnable action) {
            whenWritable.add(action);
        }

        /** It has taken what it was sent. */
        void takeMore() {
            slow = false;
            List<Runnable> actions = List.copyOf(whenWritable);
            whenWritable.clear();
            actions.forEach(Runnable::run);
        }

        @Override
        public void cutOff() {
            got.append("cut off;");
        }

        @Override
        public void lost(ChannelName channel, Position position) {
            got.append("lost ").append(position).append(';');
        }
    }

    /** What sessions of this loop share. */
    SessionLoop sessionLoop(Vertx vertx, Configuration configuration, Sessions sessions) {
        Policy policy = new Policies(vertx, Plugins.NONE).of(configuration);
        return new SessionLoop(
                configuration.session(),
                subscribers,
                hub,
                new Publisher(hub, intake, meters),
                sessions,
                new Access(ImmediateEventExecutor.INSTANCE, Clock.systemUTC(), policy),
                ImmediateEventExecutor.INSTANCE,
                new RefusalLog(meters, event -> {}),
                meters,
                new Compression(1 << 16),
                new SharedMessages(allocator, tick),
                tick,
                Clock.systemUTC());
    }

    /** The HTTP API of it, in an instance on its own. */
    Api api(Vertx vertx, Configuration configuration) {
        Bus bus = Bus.of(vertx);
        Loops loops = new Loops(bus, 1);
        return new Api(
                sessionLoop(vertx, configuration, new Sessions(meters, event -> {})),
                configuration.server(),
                new Disconnector(bus, loops, false),
                new Directory(bus, loops, false));
    }
}
