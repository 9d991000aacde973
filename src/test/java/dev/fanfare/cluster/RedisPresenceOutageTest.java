package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Cluster;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the presence does while a part of Redis can't be reached. */
class RedisPresenceOutageTest {
    private static final Member ANN = new Member("ann", null, null);
    private static final ChannelName REACHABLE = new ChannelName("reachable");

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new ArrayList<>();
    private final MemberTable table = new MemberTable(new Names("fanfare"), Cluster.Mode.CLUSTER, (key, request) -> {
        asked.add(key);
        return Promise.<Response>promise().future();
    });
    private final RedisPresence presence =
            new RedisPresence(vertx, table, REACHABLE::equals, new Meters(new SimpleMeterRegistry()).bridge());

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void manyChannelsThatCannotBeReachedDoNotHoldUpTheOthers() {
        IntStream.range(0, 50_000).forEach(i -> presence.join(new ChannelName("away" + i), ANN, true));
        presence.join(REACHABLE, ANN, true);
        presence.renewed("me.1");
        presence.renewed("me.1");
        assertThat(asked).containsExactly("{fanfare:instances}:channels:me.1");
    }
}
