package dev.fanfare.cluster;

import dev.fanfare.bus.BridgeBatch;
import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import dev.fanfare.config.RedisUrl.Login;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.store.Presence;
import dev.fanfare.testing.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The bridge of an instance, on an event loop of its own, with a hub that takes everything. */
final class BridgeFixture implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BlockingQueue<Message> feed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> subscribed = new LinkedBlockingQueue<>();
    private final Bridge bridge;
    private boolean killed;

    private BridgeFixture(Cluster cluster) {
        Bridge.Outlets outlets =
                new Bridge.Outlets(this::take, state -> {}, task -> loop.runOnContext(ignored -> task.run()));
        String id = UUID.randomUUID().toString().replace("-", "");
        bridge = new Bridge(
                vertx,
                cluster,
                id,
                outlets,
                new Loops(Bus.of(vertx), 1),
                Clock.systemUTC(),
                new Meters(registry).bridge());
        done(onLoop(bridge::start));
    }

    /** Starts one that is joined with the others by these servers. */
    static BridgeFixture start(Cluster.Mode mode, int... ports) {
        List<RedisUrl> urls = IntStream.of(ports)
                .mapToObj(port -> new RedisUrl(false, "127.0.0.1", port, 0, new Login("", "")))
                .toList();
        return new BridgeFixture(new Cluster(
                urls,
                mode,
                "main",
                "fanfare",
                new Login("", ""),
                Wire.PATIENCE,
                Duration.ofSeconds(2),
                new Cluster.Tls(null, null, null, true)));
    }

    static BridgeFixture start(int port) {
        return start(Cluster.Mode.STANDALONE, port);
    }

    static <T> T done(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(now -> work.get().onComplete(done));
        return done.future();
    }

    private void act(Consumer<Bridge> action) {
        loop.runOnContext(now -> action.accept(bridge));
    }

    /** Asks the presence, on the loop. */
    <T> Future<T> ask(Function<Presence, Future<T>> question) {
        return onLoop(() -> question.apply(bridge.presence()));
    }

    /** Waits until what is published on a channel comes. */
    void subscribe(ChannelName channel) {
        act(each -> each.take(new RelayBatch(List.of(new RelayEvent.Subscribe(7, channel)), 0)));
        try {
            if (subscribed.poll(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS) == null) {
                throw new AssertionError("not subscribed");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(BridgeBatch batch) {
        for (BridgeEvent event : batch.events()) {
            if (event instanceof BridgeEvent.Received received) {
                feed.add(received.message());
                act(each -> each.take(new RelayBatch(List.of(), received.bytes())));
            } else if (event instanceof BridgeEvent.Subscribed answer) {
                subscribed.add(answer.ticket());
            }
        }
    }

    /** What came from Redis. */
    BlockingQueue<Message> feed() {
        return feed;
    }

    /** What a meter shows. */
    double metric(String name) {
        return registry.get(name).meter().measure().iterator().next().getValue();
    }

    /** Ends it without a word, as a process that is killed. */
    void kill() {
        killed = true;
        done(vertx.close());
    }

    /** Stops it as an instance does. */
    @Override
    public void close() {
        if (!killed) {
            done(onLoop(bridge::close));
            kill();
        }
    }
}
