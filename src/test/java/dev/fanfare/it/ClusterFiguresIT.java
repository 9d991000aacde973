package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code /ready?verbose} says of the cluster. */
class ClusterFiguresIT {
    @Test
    void anInstanceOnItsOwnIsAClusterOfOne() {
        try (Instance instance = Instance.start();
                WebSocketPeer peer = subscribed(instance, "a");
                WebSocketPeer other = subscribed(instance, "a")) {
            assertThat(verbose(instance, "&channel=a"))
                    .isEqualTo("{\"status\":\"ready\",\"cluster\":"
                            + "{\"instances\":1,\"sessions\":2,\"channels\":1,\"subscribers\":2}}\n");
            assertThat(verbose(instance, "")).contains("\"channels\":1}");
            peer.leave();
            other.leave();
        }
    }

    @Test
    void refusesWhatIsNoChannel() {
        try (Instance instance = Instance.start()) {
            Response response = HttpPeer.get(instance.metricsPort(), "/ready?verbose&channel=a%20b");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("a channel name is 1 to 256 of");
        }
    }

    @Test
    void everyInstanceKnowsOfAll() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.start("cluster.redis=" + redis.url());
                Instance two = Instance.start("cluster.redis=" + redis.url());
                Instance stranger = Instance.start("cluster.redis=" + redis.url(), "cluster.prefix=other");
                WebSocketPeer a = subscribed(one, "a");
                WebSocketPeer alsoA = subscribed(two, "a");
                WebSocketPeer b = subscribed(two, "b")) {
            for (Instance instance : List.of(one, two)) {
                await().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(verbose(instance, "&channel=a"))
                        .contains("{\"instances\":2,\"sessions\":3,\"channels\":2,\"subscribers\":2}"));
                assertThat(instance.metric("fanfare_cluster_instances")).isEqualTo(2);
            }
            assertThat(verbose(stranger, "&channel=a"))
                    .contains("{\"instances\":1,\"sessions\":0,\"channels\":0,\"subscribers\":0}");
            alsoA.leave();
            assertThat(verbose(one, "&channel=a")).contains("\"subscribers\":1}");
            a.leave();
            b.leave();
        }
    }

    @Test
    void anInstanceThatStopsGivesItsLeaseBackAndOneThatCrashedLosesIt() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.start("cluster.redis=" + redis.url())) {
            try (Instance two = Instance.start("cluster.redis=" + redis.url())) {
                awaitInstances(one, 2);
                assertThat(two.metric("fanfare_cluster_instances")).isEqualTo(2);
            }
            assertThat(redis.command("ZCARD", "{fanfare:instances}:leases")).containsExactly("1");
            awaitInstances(one, 1);

            // One that crashed is one whose lease is not renewed.
            String seconds = redis.command("TIME").get(0);
            redis.command("ZADD", "{fanfare:instances}:leases", (Long.parseLong(seconds) + 5) + "000", "crashed");
            redis.command("HSET", "{fanfare:instances}:sessions", "crashed", "7");
            await().atMost(Wire.PATIENCE)
                    .untilAsserted(() -> assertThat(verbose(one, "")).contains("\"instances\":2,\"sessions\":7"));
            awaitInstances(one, 1);
        }
    }

    private static void awaitInstances(Instance instance, int count) {
        await().atMost(Wire.PATIENCE)
                .untilAsserted(() -> assertThat(verbose(instance, "")).contains("\"instances\":" + count + ","));
    }

    private static WebSocketPeer subscribed(Instance instance, String channel) {
        WebSocketPeer peer = instance.connect("/ws");
        peer.sendText("{\"type\":\"subscribe\",\"channel\":\"" + channel + "\",\"id\":1}");
        assertThat(peer.text()).contains("\"subscribed\"");
        return peer;
    }

    private static String verbose(Instance instance, String more) {
        Response response = HttpPeer.get(instance.metricsPort(), "/ready?verbose" + more);
        assertThat(response.status()).isEqualTo(200);
        return response.body();
    }
}
