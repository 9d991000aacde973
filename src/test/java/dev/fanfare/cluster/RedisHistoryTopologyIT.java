package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.RedisCluster;
import dev.fanfare.testing.RedisSentinel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A history in a Redis Cluster, and in a Redis whose master sentinels choose. */
class RedisHistoryTopologyIT {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final Retention RETENTION = new Retention(100_000, Duration.ofMinutes(10));

    @Test
    void theHistoriesOfAClusterAreWhereTheirChannelsAre() throws ProtocolException {
        try (RedisCluster cluster = RedisCluster.start(3);
                RedisBench bench = cluster(cluster)) {
            for (int i = 0; i < 30; i++) {
                ChannelName channel = new ChannelName("c" + i);
                assertThat(append(bench, channel, "a", "k").offset()).isEqualTo(1);
                assertThat(append(bench, channel, "a", "k").offset()).isEqualTo(1);
                assertThat(append(bench, channel, "b", null).offset()).isEqualTo(2);
                assertThat(texts(bench, channel)).containsExactly("a", "b");
            }
            for (int i = 0; i < 3; i++) {
                assertThat(Integer.parseInt(cluster.master(i).command("DBSIZE").get(0)))
                        .isPositive();
            }
        }
    }

    @Test
    void whatIsAppendedWhileItsSlotMovesIsThereOnceAndInOrder() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(3);
                RedisBench bench = cluster(cluster)) {
            Position first = append(bench, NEWS, "0", "0");
            AtomicBoolean moved = new AtomicBoolean();
            CompletableFuture<Integer> appending = CompletableFuture.supplyAsync(() -> {
                int last = 0;
                while (!moved.get()) {
                    last++;
                    appendEventually(bench, NEWS, "" + last, "" + last);
                }
                return last;
            });
            int slot = Names.slot(RedisBench.key(NEWS, "stream"));
            int owner = cluster.owner(slot);
            cluster.moveSlot(slot, owner, (owner + 1) % 3);
            cluster.moveSlot(slot, (owner + 1) % 3, owner);
            moved.set(true);
            int last = appending.get();
            Position place = appendEventually(bench, NEWS, "end", "end");
            assertThat(place).isEqualTo(new Position(first.epoch(), last + 2));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i <= last; i++) {
                expected.add("" + i);
            }
            expected.add("end");
            assertThat(texts(bench, NEWS)).isEqualTo(expected);
        }
    }

    @Test
    void aNewMasterGoesOnWhereTheOldOneWas() throws ProtocolException {
        try (RedisSentinel group = RedisSentinel.start();
                RedisBench bench = sentinel(group)) {
            Position first = append(bench, NEWS, "a", null);
            group.master().command("WAIT", "1", "10000");
            group.failover();
            assertThat(appendEventually(bench, NEWS, "b", "k")).isEqualTo(first.next());
            assertThat(texts(bench, NEWS)).containsExactly("a", "b");
        }
    }

    private static RedisBench cluster(RedisCluster cluster) {
        return new RedisBench(
                () -> cluster.master(0).port(),
                Cluster.Mode.CLUSTER,
                cluster.master(0).port(),
                cluster.master(1).port());
    }

    private static RedisBench sentinel(RedisSentinel group) {
        return new RedisBench(
                () -> group.master().port(),
                Cluster.Mode.SENTINEL,
                group.sentinel(0).port(),
                group.sentinel(1).port(),
                group.sentinel(2).port());
    }

    private static Position append(RedisBench bench, ChannelName channel, String text, @Nullable String key)
            throws ProtocolException {
        Payload payload = Payload.of(Payload.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        Message message = new Message(new Publication(channel, MessageType.EVENT, payload, 0), 1_767_323_045_006L);
        return bench.ask(history -> history.append(new Append(message, key, RETENTION)));
    }

    /** Repeats it with its key until it is confirmed. */
    private static Position appendEventually(RedisBench bench, ChannelName channel, String text, String key) {
        List<Position> places = new ArrayList<>();
        Eventually.holds(() -> {
            try {
                places.add(append(bench, channel, text, key));
            } catch (ProtocolException e) {
                throw new AssertionError(e);
            }
        });
        return places.get(0);
    }

    private static HistoryPage read(RedisBench bench, ChannelName channel, @Nullable Position seen) {
        try {
            return bench.ask(
                    history -> history.read(new HistoryQuery(channel, RETENTION, null, 100_000, 1 << 24, false, seen)));
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(RedisBench bench, ChannelName channel) {
        return read(bench, channel, null).messages().stream()
                .map(message -> message.publication().payload().asString())
                .toList();
    }
}
