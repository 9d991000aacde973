package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Commands;
import dev.fanfare.testing.ErrorLog;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.TcpProxy;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances under a steady load, each behind a network of its own to Redis, while Redis or the network fails: they
 * serve their own clients, say that they are cut off, come back by themselves, and what was missed is counted.
 */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class BridgeFaultsIT {
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(1);

    /** What an answer takes at most, on a machine that has other things to do. */
    private static final Duration ANSWERED = PUBLISH_TIMEOUT.plusSeconds(10);

    private final List<TcpProxy> networks = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private RedisServer redis;
    private ErrorLog errors;

    @BeforeEach
    void start() {
        errors = ErrorLog.open();
        redis = RedisServer.start();
        for (int i = 0; i < 2; i++) {
            TcpProxy network = TcpProxy.to(redis.port());
            networks.add(network);
            instances.add(Instance.start(settings(network.port())));
        }
    }

    private static String[] settings(int redisPort, String... more) {
        return Stream.concat(
                        Stream.of(
                                "cluster.redis=redis://127.0.0.1:" + redisPort,
                                "cluster.publish-timeout=" + PUBLISH_TIMEOUT.toMillis() + "ms",
                                "server.max-message-size=1MiB",
                                "session.send-limit=256MiB"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @AfterEach
    void stop() {
        instances.forEach(Instance::close);
        networks.forEach(TcpProxy::close);
        redis.close();
        errors.close();
        assertThat(errors.drain()).as("logged as errors").isEmpty();
    }

    /** What a program publishes in Redis. */
    private static byte[] event(String text) {
        return ("F1 - event text - -\n" + text).getBytes(US_ASCII);
    }

    private Traffic traffic() {
        return new Traffic(instances);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pubsub", "normal"})
    void connectionsThatRedisCutsComeBack(String type) throws Exception {
        try (Traffic traffic = traffic()) {
            for (int round = 1; round <= 4; round++) {
                redis.command("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
                for (Instance instance : instances) {
                    double reconnects = round;
                    Eventually.holds(() -> assertThat(instance.metric("fanfare_bridge_reconnects_total"))
                            .isGreaterThanOrEqualTo(reconnects));
                    expectJoined(instance);
                }
                traffic.awaitEverywhere();
            }
            traffic.settle(ANSWERED);
        }
    }

    @Test
    void aRedisThatIsKilledAndStartedAgainIsFoundAgain() throws Exception {
        try (Traffic traffic = traffic()) {
            redis.kill();
            instances.forEach(instance -> expectCutOff(instance, ".*Redis at 127\\.0\\.0\\.1:\\d+.*"));
            expectLocalService(traffic, 0, 1);
            WebSocketPeer late = instances.get(0).connect("/ws").sendText(Commands.subscribe("late", "in"));
            assertThat(late.text()).contains("\"subscribed\"");
            redis.restart();
            expectHealed(traffic, 1);
            assertThat(redis.publish("fanfare:channel:late", event("for the late")))
                    .isEqualTo(1);
            assertThat(late.text()).contains("\"for the late\"");
            late.close();
            traffic.settle(ANSWERED);
        }
    }

    @Test
    void aRedisThatIsFrozenAndThawedIsFoundAgain() throws Exception {
        try (Traffic traffic = traffic()) {
            redis.freeze();
            instances.forEach(instance -> expectCutOff(instance, ".*(did not confirm|no answer in time).*"));
            expectLocalService(traffic, 0, 1);
            redis.thaw();
            expectHealed(traffic, 1);
            traffic.settle(ANSWERED);
        }
    }

    @Test
    void aFrozenRedisIsNoticedByProbesWhereNobodyPublishes() {
        redis.freeze();
        expectCutOff(instances.get(0), ".*let no probe come round.*");
        redis.thaw();
        instances.forEach(BridgeFaultsIT::expectJoined);
    }

    @Test
    void aSubscriberThatRedisCutsForItsBufferComesBack() throws Exception {
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100kb 0 0");
        try (Traffic traffic = traffic()) {
            List<WebSocketPeer> listeners = instances.stream()
                    .map(instance -> instance.connect("/raw/large"))
                    .toList();
            assertThat(redis.publish("fanfare:channel:large", event("x".repeat(200_000))))
                    .isEqualTo(2);
            instances.forEach(
                    instance -> Eventually.holds(() -> assertThat(instance.metric("fanfare_bridge_reconnects_total"))
                            .isGreaterThanOrEqualTo(1)));
            expectHealed(traffic, 1);
            listeners.forEach(WebSocketPeer::close);
            traffic.settle(ANSWERED);
        }
    }

    @Test
    void aNetworkThatSwallowsEverythingIsNoticedOnBothSides() throws Exception {
        try (Traffic traffic = traffic()) {
            networks.forEach(TcpProxy::swallow);
            instances.forEach(instance -> expectCutOff(instance, ".*Redis at 127\\.0\\.0\\.1:\\d+.*"));
            expectLocalService(traffic, 0, 1);
            networks.forEach(TcpProxy::pass);
            expectHealed(traffic, 1);
            traffic.settle(ANSWERED);
        }
    }

    /** What the other one publishes meanwhile is confirmed: all of it that does not come is counted. */
    @Test
    void anInstanceThatIsCutOffAloneCountsWhatItMissed() throws Exception {
        try (Traffic traffic = traffic()) {
            double missed = instances.get(0).metric("fanfare_bridge_missed_total");
            networks.get(0).swallow();
            expectCutOff(instances.get(0), ".*Redis at 127\\.0\\.0\\.1:\\d+.*");
            expectLocalService(traffic, 0);
            traffic.awaitLocalDelivery(1);
            networks.get(0).pass();
            traffic.awaitEverywhere();
            expectJoined(instances.get(0));
            traffic.settle(ANSWERED);
            assertThat(instances.get(0).metric("fanfare_bridge_missed_total")).isGreaterThan(missed);
        }
    }

    @Test
    void aNetworkThatCutsAndRefusesIsNoticed() throws Exception {
        try (Traffic traffic = traffic()) {
            networks.forEach(TcpProxy::refuse);
            networks.forEach(TcpProxy::cut);
            instances.forEach(instance -> expectCutOff(instance, ".*Redis at 127\\.0\\.0\\.1:\\d+.*"));
            expectLocalService(traffic, 0, 1);
            networks.forEach(TcpProxy::pass);
            expectHealed(traffic, 1);
            traffic.settle(ANSWERED);
        }
    }

    /** It is not Redis that was slow: what it sent is there to be read. */
    @Test
    void aLoopThatWasHeldUpDoesNotBlameRedis() throws Exception {
        Instance instance = instances.get(0);
        CountDownLatch held = new CountDownLatch(1);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        ((VertxInternal) instance.vertx())
                .nettyEventLoopGroup()
                .forEach(loop -> ends.add(CompletableFuture.runAsync(() -> await(held, Duration.ofSeconds(8)), loop)));
        for (CompletableFuture<Void> end : ends) {
            end.get(60, TimeUnit.SECONDS);
        }
        double probes = instance.metric("fanfare_bridge_round_trip_seconds_count");
        Eventually.holds(() -> assertThat(instance.metric("fanfare_bridge_round_trip_seconds_count"))
                .isGreaterThan(probes));
        expectJoined(instance);
        assertThat(instance.metric("fanfare_bridge_reconnects_total")).isZero();
    }

    /** Nothing is waited for: the time itself is what has to pass. */
    private static void await(CountDownLatch never, Duration time) {
        try {
            assertThat(never.await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInstanceThatIsCutOffCanBeStopped() {
        redis.freeze();
        WebSocketPeer publisher = instances.get(0).connect("/ws").sendText(Commands.publish("x", "1", "p"));
        CompletableFuture<Void> stopped =
                instances.get(0).stop().toCompletionStage().toCompletableFuture();
        assertThat(publisher.expectClose(1001).closeReason()).startsWith("retry after ");
        publisher.close();
        stopped.orTimeout(30, TimeUnit.SECONDS).join();
        redis.thaw();
    }

    /** What it was asked last, and what comes from others to the end, finds it closing. */
    @Test
    void anInstanceThatStopsAmidTrafficDoesSoInOrder() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (Traffic traffic = traffic()) {
                instances.remove(0).close();
                traffic.awaitLocalDelivery(1);
            }
            instances.add(Instance.start(settings(networks.get(0).port())));
        }
    }

    // Every order of starting

    @Test
    void anInstanceThatStartsBeforeItsRedisWaitsForIt() throws Exception {
        redis.kill();
        CompletableFuture<Instance> starting = CompletableFuture.supplyAsync(
                () -> Instance.start(settings(networks.get(0).port())));
        int before = networks.get(0).accepted();
        Eventually.holds(() -> assertThat(networks.get(0).accepted()).isGreaterThan(before + 1));
        assertThat(starting).isNotDone();
        redis.restart();
        instances.add(starting.get(60, TimeUnit.SECONDS));
        instances.forEach(BridgeFaultsIT::expectJoined);
        try (Traffic traffic = traffic()) {
            traffic.settle(ANSWERED);
        }
    }

    @Test
    void aRedisThatIsStartedAgainWhileNoInstanceRunsIsLikeNew() throws Exception {
        instances.forEach(Instance::close);
        instances.clear();
        redis.restart();
        for (TcpProxy network : networks) {
            instances.add(Instance.start(settings(network.port())));
        }
        try (Traffic traffic = traffic()) {
            traffic.settle(ANSWERED);
        }
    }

    private static void expectCutOff(Instance instance, String reason) {
        Eventually.holds(() -> {
            Response ready = HttpPeer.get(instance.metricsPort(), "/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body().strip()).matches("cut off from the other instances: " + reason);
        });
        assertThat(instance.metric("fanfare_bridge_up")).isZero();
        assertThat(HttpPeer.get(instance.metricsPort(), "/live").status()).isEqualTo(200);
    }

    private static void expectLocalService(Traffic traffic, int... cutOff) {
        for (int instance : cutOff) {
            traffic.awaitLocalDelivery(instance);
            traffic.awaitLocalAnswer(instance);
        }
    }

    private void expectHealed(Traffic traffic, int reconnects) {
        traffic.awaitEverywhere();
        for (Instance instance : instances) {
            expectJoined(instance);
            assertThat(instance.metric("fanfare_bridge_reconnects_total")).isGreaterThanOrEqualTo(reconnects);
        }
    }

    private static void expectJoined(Instance instance) {
        Eventually.holds(() -> {
            assertThat(HttpPeer.get(instance.metricsPort(), "/ready").status()).isEqualTo(200);
            assertThat(instance.metric("fanfare_bridge_up")).isEqualTo(1);
        });
    }
}
