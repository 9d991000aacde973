package dev.fanfare.cluster;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;
import dev.fanfare.store.Presence;
import dev.fanfare.store.PresenceContract;
import dev.fanfare.testing.RedisServer;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The presence of two instances that share a Redis. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class RedisPresenceTest extends PresenceContract {
    private static RedisServer redis;
    private static List<BridgeFixture> instances;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        instances = List.of(BridgeFixture.start(redis.port()), BridgeFixture.start(redis.port()));
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
}
