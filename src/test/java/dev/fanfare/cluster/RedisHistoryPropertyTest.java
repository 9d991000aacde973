package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.store.HistoryProgram;
import dev.fanfare.testing.RedisServer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

@SuppressWarnings("NullAway.Init") // jqwik calls start
class RedisHistoryPropertyTest {
    private static RedisServer redis;
    private static RedisBench bench;

    @BeforeContainer
    static void start() {
        redis = RedisServer.start();
        bench = new RedisBench(redis::port, Cluster.Mode.STANDALONE, redis.port());
    }

    @AfterContainer
    static void stop() {
        bench.close();
        redis.close();
    }

    @Property(tries = 100)
    void doesWhatTheModelDoes(@ForAll @Size(max = 60) List<@IntRange(max = 9_999_999) Integer> steps)
            throws ProtocolException {
        redis.command("FLUSHALL");
        new HistoryProgram(bench).run(steps);
    }
}
