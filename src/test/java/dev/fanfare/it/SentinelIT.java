package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.RedisSentinel;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances that a Redis joins whose master three sentinels choose. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class SentinelIT {
    private static RedisSentinel group;
    private static int tests;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private String prefix;

    @BeforeAll
    static void start() {
        group = RedisSentinel.start("user watcher on >first &* +@all", "user relay on >second ~* &* +@all");
    }

    @AfterAll
    static void end() {
        group.close();
    }

    /** The instances of different tests know nothing of each other. */
    @BeforeEach
    void choosePrefix() {
        prefix = "test" + ++tests;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private Instance instance(String... settings) {
        Instance instance = Instance.start(Stream.concat(
                        Stream.of(
                                "cluster.redis=" + group.url(),
                                "cluster.mode=sentinel",
                                "cluster.prefix=" + prefix,
                                "cluster.publish-timeout=2s",
                                "session.ping-interval=5s"),
                        Stream.of(settings))
                .toArray(String[]::new));
        opened.add(instance);
        return instance;
    }

    private Recorder recorder(Instance instance) {
        Recorder recorder = Recorder.on(instance, List.of("news"));
        opened.add(recorder);
        return recorder;
    }

    private Publisher publisher(Instance instance, String name) {
        Publisher publisher = Publisher.on(instance, name);
        opened.add(publisher);
        return publisher;
    }

    private static Response ready(Instance instance) {
        return HttpPeer.get(instance.metricsPort(), "/ready");
    }

    private static ConditionFactory eventually() {
        return await().atMost(Wire.PATIENCE.multipliedBy(2)).pollInterval(Duration.ofMillis(50));
    }

    /** How many connections to a server are subscribed to a channel of this test. */
    private int subscribers(RedisServer server) {
        String name = prefix + ":broadcast";
        return Integer.parseInt(server.command("PUBSUB", "NUMSUB", name).get(1));
    }

    private void awaitSubscribers(RedisServer server, int count) {
        eventually()
                // A Sentinel ends all connections to a server that it makes a replica.
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> subscribers(server) == count);
    }

    /** Waits until both instances are on this server, and on no other, and hear each other. */
    private void awaitJoined(
            RedisServer server, Publisher publisher, Recorder recorder, Publisher back, Recorder origin) {
        awaitSubscribers(server, 2);
        eventually()
                .until(() ->
                        publisher.publish("news") && recorder.received("news").contains(publisher.last()));
        eventually().until(() -> back.publish("news") && origin.received("news").contains(back.last()));
    }

    /** Two instances that publish without a pause while {@code event} happens, and are joined by the new master then. */
    private void followTheMasterThrough(Runnable event) throws Exception {
        group.awaitReplica();
        Instance one = instance();
        Instance other = instance();
        Recorder atOne = recorder(one);
        Recorder atOther = recorder(other);
        Publisher left = publisher(one, "left");
        Publisher right = publisher(other, "right");
        RedisServer old = group.master();
        awaitJoined(old, left, atOther, right, atOne);

        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread publishingLeft = left.publishing("news", stop, failures::add);
        Thread publishingRight = right.publishing("news", stop, failures::add);
        event.run();
        RedisServer master = group.master();
        assertThat(master).isNotSameAs(old);
        awaitSubscribers(master, 2);
        stop.set(true);
        publishingLeft.join();
        publishingRight.join();
        assertThat(failures).isEmpty();

        awaitJoined(master, left, atOther, right, atOne);
        eventually().until(() -> ready(one).status() == 200);
        assertThat(atOne.received("news")).doesNotHaveDuplicates();
        assertThat(atOther.received("news")).doesNotHaveDuplicates();
        assertNoneUncounted(right, atOne, one);
        assertNoneUncounted(left, atOther, other);
    }

    /** Whatever Redis has confirmed was delivered there, or counted as missed. */
    private static void assertNoneUncounted(Publisher publisher, Recorder recorder, Instance instance) {
        long delivered =
                recorder.received("news").stream().filter(publisher::isFrom).count();
        long missed = (long) instance.metric("fanfare_bridge_missed_total");
        assertThat(delivered + missed)
                .isGreaterThanOrEqualTo(publisher.confirmed())
                .isLessThanOrEqualTo(publisher.sent());
    }

    @Test
    void instancesFollowTheMasterWhenAnOperatorSwitchesIt() throws Exception {
        RedisServer old = group.master();
        followTheMasterThrough(() -> {
            group.sentinel(0).command("SENTINEL", "FAILOVER", RedisSentinel.NAME);
            group.awaitMasterOtherThan(old);
        });
    }

    @Test
    void instancesFollowTheMasterWhenItDiesAndStayWhenItComesBackAsAReplica() throws Exception {
        RedisServer old = group.master();
        followTheMasterThrough(() -> {
            old.kill();
            group.awaitMasterOtherThan(old);
        });
        RedisServer master = group.master();
        old.restart();
        group.awaitReplica();
        assertThat(subscribers(old)).isZero();
        assertThat(subscribers(master)).isEqualTo(2);
    }

    @Test
    void nobodyStaysWithAMasterThatWasDeposedWhileItWasFrozen() throws Exception {
        RedisServer old = group.master();
        followTheMasterThrough(() -> {
            old.freeze();
            group.awaitMasterOtherThan(old);
        });
        RedisServer master = group.master();
        old.thaw();
        group.awaitReplica();
        awaitSubscribers(old, 0);
        assertThat(subscribers(master)).isEqualTo(2);
    }

    @Test
    void aSentinelThatIsDeadOrFrozenIsNotMissed() {
        RedisServer master = group.master();
        group.sentinel(0).kill();
        group.sentinel(1).freeze();
        try {
            Instance one = instance();
            Instance other = instance();
            awaitJoined(master, publisher(one, "left"), recorder(other), publisher(other, "right"), recorder(one));
        } finally {
            group.sentinel(1).thaw();
            group.sentinel(0).restart();
        }
    }

    @Test
    void sentinelsAndRedisHaveLoginsOfTheirOwnAndTheDatabaseIsThatOfRedis() {
        String urls = group.url().replace("redis://", "redis://watcher:first@").replaceAll("(,|$)", "/3$1");
        instance("cluster.redis=" + urls, "cluster.username=relay", "cluster.password=second");
        assertThat(clients(group.master(), "user=relay")).isEqualTo(2);
        assertThat(clients(group.master(), "user=watcher")).isZero();
        assertThat(group.master().command("CLIENT", "LIST").get(0)).containsPattern("db=3 .*user=relay");
        for (int i = 0; i < 3; i++) {
            assertThat(clients(group.sentinel(i), "user=watcher")).isEqualTo(2);
        }
    }

    private static long clients(RedisServer server, String word) {
        return server.command("CLIENT", "LIST")
                .get(0)
                .lines()
                .filter(line -> line.contains(word))
                .count();
    }

    @Test
    void anInstanceLeavesNoConnectionBehind() {
        RedisServer master = group.master();
        Instance instance = instance();
        assertThat(subscribers(master)).isEqualTo(1);
        long connections = clients(group.sentinel(0), "name= ");
        instance.close();
        opened.clear();
        eventually().until(() -> clients(group.sentinel(0), "name= ") == connections - 2);
        awaitSubscribers(master, 0);
    }

    @Test
    void aMasterThatNoSentinelKnowsEndsTheStart() {
        assertThatThrownBy(() -> instance("cluster.sentinel-master=nobody"))
                .hasMessageContaining("127.0.0.1:" + group.sentinel(0).port())
                .hasMessageContaining("'nobody'");
    }

    @Test
    void theStartFailsWhereNoSentinelCanBeReached() {
        int port = FreePort.next();
        assertThatThrownBy(() -> instance("cluster.redis=redis://127.0.0.1:" + port, "cluster.start-timeout=1s"))
                .hasMessageContaining(
                        "did not answer within 1000 ms: can't find Redis, no sentinel tells of a master 'mymaster': 127.0.0.1:"
                                + port)
                .hasMessageContaining("refused");
    }

    @Test
    void aServerThatIsTakenForASentinelEndsTheStart() {
        assertThatThrownBy(() -> instance("cluster.redis=" + group.master().url()))
                .hasMessageContaining("runs as 'standalone', and not as 'sentinel'");
    }

    /** Nobody else hears what is published on a replica. */
    @Test
    void anInstanceIsCutOffWhileItsServerIsAReplica() {
        RedisServer server = RedisServer.start();
        opened.add(server);
        RedisServer master = RedisServer.start();
        opened.add(master);
        Instance instance = instance("cluster.redis=" + server.url(), "cluster.mode=standalone");
        server.command("REPLICAOF", "127.0.0.1", "" + master.port());
        eventually().until(() -> ready(instance).body().contains("it is a replica"));
        assertThat(ready(instance).status()).isEqualTo(503);
        assertThat(publisher(instance, "p").publish("news")).isFalse();
        server.command("REPLICAOF", "NO", "ONE");
        eventually().until(() -> ready(instance).status() == 200);
    }
}
