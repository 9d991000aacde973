package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.BridgeEvent;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.RelayBatch;
import dev.fanfare.bus.RelayEvent;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.store.History;
import dev.fanfare.store.HistoryBench;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.RedisPeer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A history in a real Redis, reached by a bridge. Time passes by what every key has left to live. */
final class RedisBench implements HistoryBench, AutoCloseable {
    static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(2);
    private static final String PREFIX = "bench";
    private static final RedisUrl.Login NOBODY = new RedisUrl.Login("", "");
    private static final String ID = "0123456789abcdef0123456789abcdef";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Map<ChannelName, List<Message>> fed = new ConcurrentHashMap<>();
    private final IntSupplier redis;
    private final Bridge bridge;

    /**
     * @param redis the port at which Redis is, by which time passes
     * @param ports where the bridge finds it, or those who know
     */
    RedisBench(IntSupplier redis, Cluster.Mode mode, Integer... ports) {
        this.redis = redis;
        Cluster configuration = new Cluster(
                Arrays.stream(ports)
                        .map(port -> new RedisUrl(false, "127.0.0.1", port, 0, NOBODY))
                        .toList(),
                mode,
                "mymaster",
                PREFIX,
                NOBODY,
                Duration.ofSeconds(30),
                PUBLISH_TIMEOUT,
                new Cluster.Tls(null, null, null, true));
        this.bridge = new Bridge(
                vertx,
                configuration,
                ID,
                new Bridge.Outlets(
                        batch -> batch.events().forEach(this::told),
                        state -> {},
                        task -> context.runOnContext(tick -> task.run())),
                new Loops(Bus.of(vertx), 0),
                Clock.systemUTC(),
                new Meters(registry).bridge());
        await(onLoop(bridge::start));
    }

    private void told(BridgeEvent event) {
        if (event instanceof BridgeEvent.Received received) {
            Message message = received.message();
            gathered(Objects.requireNonNull(message.publication().channel())).add(message);
            context.runOnContext(later -> bridge.take(new RelayBatch(List.of(), received.bytes())));
        }
    }

    private List<Message> gathered(ChannelName channel) {
        return fed.computeIfAbsent(channel, key -> new CopyOnWriteArrayList<>());
    }

    /** The name of a key of the channel. */
    static String key(ChannelName channel, String part) {
        return new Names(PREFIX).of(channel, part);
    }

    /** The value of a counter, 0 where it is not there. */
    double counter(String nameWithLabels) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(nameWithLabels + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameWithLabels.length() + 1)))
                .sum();
    }

    private <T> CompletableFuture<T> onLoop(Supplier<Future<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        context.runOnContext(now -> call.get().onComplete(answer::complete, answer::completeExceptionally));
        return answer;
    }

    private static <T> T await(CompletableFuture<T> answer) {
        return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Asks, and does not wait. */
    <T> CompletableFuture<T> begin(Function<History, Future<T>> question) {
        return onLoop(() -> question.apply(bridge.history()));
    }

    @Override
    public <T> T ask(Function<History, Future<T>> question) throws ProtocolException {
        try {
            return await(begin(question));
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProtocolException refused) {
                throw refused;
            }
            throw e;
        }
    }

    @Override
    public void tell(Consumer<History> word) {
        context.runOnContext(now -> word.accept(bridge.history()));
    }

    @Override
    public void pass(Duration time) {
        try (RedisPeer peer = RedisPeer.connect(redis.getAsInt())) {
            for (String key : peer.command("KEYS", "{" + PREFIX + ":channel:*")) {
                long left = Long.parseLong(peer.command("PTTL", key).get(0));
                assertThat(left).as("what %s has left to live", key).isNotNegative();
                peer.command("PEXPIRE", key, String.valueOf(Math.max(0, left - time.toMillis())));
            }
        }
    }

    @Override
    public void listen(ChannelName channel) {
        gathered(channel).clear();
        RelayEvent.Subscribe subscribe = new RelayEvent.Subscribe(fed.size(), channel);
        context.runOnContext(now -> bridge.take(new RelayBatch(List.of(subscribe), 0)));
        Eventually.holds(() -> {
            try (RedisPeer peer = RedisPeer.connect(redis.getAsInt())) {
                assertThat(peer.command("PUBSUB", "CHANNELS", PREFIX + ":channel:" + channel))
                        .hasSize(1);
            }
        });
    }

    @Override
    public List<Message> fed(ChannelName channel, int atLeast) {
        List<Message> gathered = gathered(channel);
        Eventually.holds(() -> assertThat(gathered).hasSizeGreaterThanOrEqualTo(atLeast));
        return List.copyOf(gathered);
    }

    /** Closes the bridge when it has been told something, before it has sent that. */
    void closeAfter(Consumer<History> word) {
        await(onLoop(() -> {
            word.accept(bridge.history());
            return bridge.close();
        }));
    }

    @Override
    public void close() {
        await(onLoop(bridge::close));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
