package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.store.HistoryBench;
import dev.fanfare.store.HistoryContract;
import dev.fanfare.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@SuppressWarnings("NullAway.Init") // JUnit calls start
class RedisHistoryTest extends HistoryContract {
    private static RedisServer redis;
    private static RedisBench bench;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        bench = new RedisBench(redis::port, Cluster.Mode.STANDALONE, redis.port());
    }

    @AfterAll
    static void stop() {
        bench.close();
        redis.close();
    }

    @Override
    protected HistoryBench bench() {
        return bench;
    }
}
