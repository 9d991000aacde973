package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The fixture itself. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class RedisClusterTest {
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(3);
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @Test
    void theSlotsAreShared() {
        assertThat(cluster.owner(0)).isEqualTo(0);
        assertThat(cluster.owner(8_000)).isEqualTo(1);
        assertThat(cluster.owner(16_383)).isEqualTo(2);
        assertThat(cluster.url().split(",", -1)).hasSize(3);
    }

    @Test
    void aSlotMovesAndItsFormerOwnerSaysWhereTo() {
        int slot = Integer.parseInt(
                cluster.master(0).command("CLUSTER", "KEYSLOT", "news").get(0));
        int from = cluster.owner(slot);
        int to = (from + 1) % 3;
        try (RedisPeer subscriber = RedisPeer.connect(cluster.master(from).port())) {
            subscriber.command("SSUBSCRIBE", "news");
            cluster.moveSlot(slot, from, to);
            assertThat(cluster.owner(slot)).isEqualTo(to);
            assertThat(subscriber.reply()).containsExactly("sunsubscribe", "news", "0");
            assertThatThrownBy(() -> cluster.master(from).command("SPUBLISH", "news", "x"))
                    .hasMessageContaining(
                            "MOVED " + slot + " 127.0.0.1:" + cluster.master(to).port());
        }
    }

    @Test
    void aMessageReachesTheSubscribersOfAnotherMaster() {
        try (RedisPeer subscriber = RedisPeer.connect(cluster.master(2).port())) {
            subscriber.command("SUBSCRIBE", "all");
            cluster.master(0).command("PUBLISH", "all", "hello");
            assertThat(subscriber.reply()).containsExactly("message", "all", "hello");
        }
    }
}
