package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import dev.fanfare.store.Presence;
import dev.fanfare.store.PresenceContract;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.RedisCluster;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The presence of two instances that share a Redis Cluster. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class ShardedPresenceIT extends PresenceContract {
    private static RedisCluster redis;
    private static List<BridgeFixture> instances;

    @BeforeAll
    static void start() {
        redis = RedisCluster.start(3);
        instances = List.of(instance(), instance());
    }

    private static BridgeFixture instance() {
        return BridgeFixture.start(
                Cluster.Mode.CLUSTER,
                IntStream.range(0, 3).map(i -> redis.master(i).port()).toArray());
    }

    @AfterAll
    static void stop() {
        instances.forEach(BridgeFixture::close);
        redis.close();
    }

    @Override
    protected <T> Future<T> ask(int instance, Function<Presence, Future<T>> question) {
        return instances.get(instance).ask(question);
    }

    @Override
    protected BlockingQueue<Message> feed(int instance) {
        return instances.get(instance).feed();
    }

    @Override
    protected void subscribe(ChannelName channel) {
        instances.forEach(instance -> instance.subscribe(channel));
    }

    /** The channels are on all servers, and the leases on one. */
    @Test
    void whoIsOnAnInstanceThatIsKilledLeavesEveryChannel() {
        List<ChannelName> channels = IntStream.range(0, 200)
                .mapToObj(i -> new ChannelName("killed" + i))
                .toList();
        BridgeFixture killed = instance();
        BridgeFixture.done(Future.all(channels.stream()
                .map(channel -> killed.ask(presence -> presence.join(channel, new Member("s", null, null), true)))
                .toList()));
        assertThat(total(channels)).isEqualTo(channels.size());
        killed.kill();
        Eventually.holds(() -> assertThat(total(channels)).isZero());
    }

    private long total(List<ChannelName> channels) {
        return channels.stream()
                .mapToLong(channel -> BridgeFixture.done(ask(0, presence -> presence.count(channel))))
                .sum();
    }
}
