package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.RedisCluster;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.TcpProxy;
import dev.fanfare.testing.Users;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that a Redis Cluster of three masters joins. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
class RedisClusterIT {
    private static RedisCluster cluster;
    private static int tests;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private String prefix;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(3);
    }

    @AfterAll
    static void end() {
        cluster.close();
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

    private Instance instance(String urls, String... settings) {
        return opened(Instance.start(settings(urls, settings)));
    }

    private String[] settings(String urls, String... more) {
        return Stream.concat(
                        Stream.of(
                                "cluster.redis=" + urls,
                                "cluster.mode=cluster",
                                "cluster.prefix=" + prefix,
                                "session.ping-interval=5s"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Instance instance() {
        return instance(cluster.url());
    }

    /** Each node brings it the question, and its answer: the first of both counts. */
    @Test
    void aUserIsSentAwayOnceByEveryInstance() {
        Instance one = opened(Instance.start(Users.BELIEVED, settings(cluster.url(), ApiClient.SETTING)));
        Instance two = opened(Instance.start(Users.BELIEVED, settings(cluster.url())));
        for (int round = 0; round < 5; round++) {
            List<WebSocketPeer> ada = Stream.of(one, two, two)
                    .map(instance -> opened(Users.connect(instance, "/ws", "ada")))
                    .toList();
            Response answer = ApiClient.post(one.port(), "/api/v1/disconnect", "{\"user\":\"ada\"}");
            assertThat(answer.body()).isEqualTo("{\"disconnected\":3,\"complete\":true}\n");
            ada.forEach(peer -> peer.answeringPings().expectCloseAndEof(4500));
        }
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private Recorder recorder(Instance instance, List<String> channels) {
        Recorder recorder = Recorder.on(instance, channels);
        opened.add(recorder);
        return recorder;
    }

    private Publisher publisher(Instance instance, String name) {
        Publisher publisher = Publisher.on(instance, name);
        opened.add(publisher);
        return publisher;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Wire.PATIENCE.multipliedBy(2));
    }

    private String name(String channel) {
        return channel.isEmpty() ? prefix + ":broadcast" : prefix + ":channel:" + channel;
    }

    private int slot(String channel) {
        return Integer.parseInt(
                cluster.master(0).command("CLUSTER", "KEYSLOT", name(channel)).get(0));
    }

    /** The index of the master that has the channel. */
    private int owner(String channel) {
        return cluster.owner(slot(channel));
    }

    /** The first of the channels x0, x1, and so on that this master has. */
    private String channelOf(RedisCluster of, int master) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "x" + i)
                .filter(channel -> of.owner(slot(channel)) == master)
                .findFirst()
                .orElseThrow();
    }

    /** Gives a channel's slot to the next master. */
    private void move(String channel) {
        int from = owner(channel);
        cluster.moveSlot(slot(channel), from, (from + 1) % 3);
    }

    /** The sharded channels of this test that somebody is subscribed to on a master. */
    private Set<String> subscribed(int master) {
        return new TreeSet<>(cluster.master(master).command("PUBSUB", "SHARDCHANNELS", prefix + ":*"));
    }

    /** Those on all masters. */
    private List<String> subscribed() {
        return IntStream.range(0, 3)
                .mapToObj(this::subscribed)
                .flatMap(Collection::stream)
                .toList();
    }

    private static Response ready(Instance instance) {
        return HttpPeer.get(instance.metricsPort(), "/ready");
    }

    private static void awaitReady(Instance instance) {
        eventually().until(() -> ready(instance).status() == 200);
    }

    @Test
    void everyChannelIsWhereItsSlotIsAndReachesEverybodyOnceInOrder() {
        List<String> channels = IntStream.range(0, 60).mapToObj(i -> "c" + i).toList();
        List<Instance> instances = List.of(instance(), instance(), instance());
        List<Recorder> recorders =
                instances.stream().map(instance -> recorder(instance, channels)).toList();
        List<Publisher> publishers = IntStream.range(0, 3)
                .mapToObj(i -> publisher(instances.get(i), "p" + i))
                .toList();
        List<String> all = Stream.concat(channels.stream(), Stream.of("")).toList();

        for (int round = 0; round < 4; round++) {
            for (String channel : all) {
                publishers.forEach(publisher ->
                        assertThat(publisher.publish(channel)).as("confirmed").isTrue());
            }
        }

        for (int c = 0; c < all.size(); c++) {
            String channel = all.get(c);
            for (Publisher publisher : publishers) {
                List<String> expected = IntStream.of(c, c + 61, c + 122, c + 183)
                        .mapToObj(publisher::message)
                        .toList();
                for (Recorder recorder : recorders) {
                    recorder.awaitMessage(channel, expected.get(3));
                    assertThat(recorder.received(channel).stream().filter(publisher::isFrom))
                            .isEqualTo(expected);
                }
            }
        }
        Map<Integer, Set<String>> byMaster = all.stream()
                .collect(Collectors.groupingBy(
                        this::owner, Collectors.mapping(this::name, Collectors.toCollection(TreeSet::new))));
        for (int master = 0; master < 3; master++) {
            assertThat(subscribed(master)).isNotEmpty().isEqualTo(byMaster.get(master));
        }
        recorders.forEach(Recorder::close);
        eventually().untilAsserted(() -> assertThat(
                        IntStream.range(0, 3).mapToObj(this::subscribed).flatMap(Collection::stream))
                .containsExactly(name("")));
    }

    @Test
    void aSlotThatMovesUnderLoadTakesItsChannelAlong() throws Exception {
        List<Instance> instances = List.of(instance(), instance(), instance());
        List<Recorder> recorders = instances.stream()
                .map(instance -> recorder(instance, List.of("moving")))
                .toList();
        Publisher left = publisher(instances.get(0), "left");
        Publisher right = publisher(instances.get(1), "right");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread publishingLeft = left.publishing("moving", stop, failures::add);
        Thread publishingRight = right.publishing("moving", stop, failures::add);
        for (int i = 0; i < 3; i++) {
            int before = recorders.get(2).received("moving").size();
            eventually().until(() -> recorders.get(2).received("moving").size() > before + 100);
            move("moving");
            String name = name("moving");
            int owner = owner("moving");
            eventually().until(() -> cluster.master(owner)
                    .command("PUBSUB", "SHARDNUMSUB", name)
                    .get(1)
                    .equals("3"));
        }
        stop.set(true);
        publishingLeft.join();
        publishingRight.join();
        assertThat(failures).isEmpty();

        eventually().until(() -> left.publish("moving"));
        eventually().until(() -> right.publish("moving"));
        for (int i = 0; i < 3; i++) {
            Recorder recorder = recorders.get(i);
            recorder.awaitMessage("moving", left.last());
            recorder.awaitMessage("moving", right.last());
            assertThat(recorder.received("moving")).doesNotHaveDuplicates();
            List<Publisher> others = i == 0 ? List.of(right) : i == 1 ? List.of(left) : List.of(left, right);
            long delivered = recorder.received("moving").stream()
                    .filter(message -> others.stream().anyMatch(other -> other.isFrom(message)))
                    .count();
            long missed = (long) instances.get(i).metric("fanfare_bridge_missed_total");
            assertThat(delivered + missed)
                    .isGreaterThanOrEqualTo(
                            others.stream().mapToInt(Publisher::confirmed).sum())
                    .isLessThanOrEqualTo(
                            others.stream().mapToInt(Publisher::sent).sum());
        }
    }

    @Test
    void subscriptionsThatComeAndGoWhileSlotsMoveEndWhereTheyBelong() throws Exception {
        List<String> channels = IntStream.range(0, 20).mapToObj(i -> "c" + i).toList();
        Instance instance = instance();
        WebSocketPeer restless = instance.connect("/ws").answeringPings();
        opened.add(restless);
        AtomicBoolean stop = new AtomicBoolean();
        Thread comingAndGoing = new Thread(() -> {
            for (int i = 0; !stop.get(); i++) {
                String channel = channels.get(i % channels.size());
                String type = i / channels.size() % 2 == 0 ? "subscribe" : "unsubscribe";
                restless.sendText("{\"type\":\"" + type + "\",\"channel\":\"" + channel + "\"}");
                if (i % 10 == 0) {
                    restless.expectNothingBeforePong(); // So the server takes part in the pace.
                }
            }
        });
        comingAndGoing.start();
        for (int i = 0; i < 8; i++) {
            move(channels.get(i % 4));
        }
        stop.set(true);
        comingAndGoing.join();
        restless.close();
        eventually().untilAsserted(() -> assertThat(subscribed()).containsExactly(name("")));

        Recorder recorder = recorder(instance, channels);
        eventually().untilAsserted(() -> assertThat(subscribed())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(channels.stream(), Stream.of(""))
                        .map(this::name)
                        .toList()));
        Publisher publisher = publisher(instance(), "p");
        for (String channel : channels) {
            assertThat(publisher.publish(channel)).isTrue();
            recorder.awaitMessage(channel, publisher.last());
        }
    }

    @Test
    void theChannelsOfTheOtherMastersGoOnWhileOneIsDead() {
        Instance one = instance();
        Instance other = instance();
        String dead = channelOf(cluster, 1);
        String alive = channelOf(cluster, 2);
        Recorder recorder = recorder(other, List.of(dead, alive));
        Publisher publisher = publisher(one, "p");
        cluster.master(1).kill();
        try {
            eventually().until(() -> ready(one).status() == 503 && ready(other).status() == 503);
            assertThat(ready(one).body())
                    .contains("127.0.0.1:" + cluster.master(1).port());
            // Until then the cluster thinks that it is well.
            eventually()
                    .until(() ->
                            cluster.master(2).command("CLUSTER", "INFO").get(0).contains("cluster_state:fail"));
            for (int i = 0; i < 20; i++) {
                assertThat(publisher.publish(alive)).isTrue();
                recorder.awaitMessage(alive, publisher.last());
                assertThat(publisher.publish(dead)).isFalse();
            }
            recorder(other, List.of(dead)).close(); // A subscription is answered, too.
        } finally {
            cluster.master(1).restart();
        }
        awaitReady(one);
        awaitReady(other);
        eventually().until(() -> publisher.publish(dead));
        recorder.awaitMessage(dead, publisher.last());
        assertThat(recorder.received(dead)).hasSize(1);
    }

    @Test
    void aReplicaThatTakesOverIsFollowed() {
        RedisCluster own = RedisCluster.start(3);
        opened.add(own);
        String channel = channelOf(own, 1);
        RedisServer replica = own.addReplica(1);
        RedisServer old = own.master(1);
        Instance one = instance(own.url());
        Instance other = instance(own.url());
        Recorder recorder = recorder(other, List.of(channel));
        Publisher publisher = publisher(one, "p");
        old.kill();
        eventually().until(() -> replica.command("ROLE").get(0).equals("master"));
        eventually().until(() -> publisher.publish(channel));
        eventually().until(() -> {
            publisher.publish(channel);
            return recorder.received(channel).contains(publisher.last());
        });
        assertThat(recorder.received(channel)).doesNotHaveDuplicates();
        awaitReady(one);
        awaitReady(other);

        old.restart();
        eventually().until(() -> old.command("ROLE").get(0).equals("slave"));
        assertThat(publisher.publish(channel)).isTrue();
        recorder.awaitMessage(channel, publisher.last());
        assertThat(ready(one).status()).isEqualTo(200);
    }

    @Test
    void anInstanceStartsWithWhicheverSeedAnswersAndNeedsNoneAfterwards() {
        TcpProxy seed = TcpProxy.to(cluster.master(0).port());
        opened.add(seed);
        String urls = "redis://127.0.0.1:" + FreePort.next() + ",redis://127.0.0.1:" + seed.port();
        Instance one = instance(urls);
        Instance other = instance(urls);
        seed.close();
        Recorder recorder = recorder(other, List.of("seeded"));
        Publisher publisher = publisher(one, "p");
        move("seeded");
        eventually().until(() -> publisher.publish("seeded"));
        eventually().until(() -> {
            publisher.publish("seeded");
            return recorder.received("seeded").contains(publisher.last());
        });
        assertThat(ready(one).status()).isEqualTo(200);
    }

    @Test
    void whoComesToTheWrongMasterIsSentToTheRightOne() {
        Instance one = instance();
        Instance other = instance();
        Publisher publisher = publisher(one, "p");
        move("new");
        Recorder recorder = recorder(other, List.of("new"));
        eventually().until(() -> publisher.publish("new"));
        recorder.awaitMessage("new", publisher.last());
        assertThat(subscribed(owner("new"))).contains(name("new"));
        assertThat(ready(one).status()).isEqualTo(200);
        assertThat(ready(other).status()).isEqualTo(200);
    }

    @Test
    void theNodesAreReachedByTlsWhereTheSeedIs() throws Exception {
        Certificates certificates = new Certificates(folder).generate("redis");
        RedisServer node = RedisServer.startTls(
                certificates, "redis", "cluster-enabled yes", "cluster-announce-ip 127.0.0.1", "tls-cluster yes");
        opened.add(node);
        node.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        eventually().until(() -> node.command("CLUSTER", "INFO").get(0).contains("cluster_state:ok"));
        Instance one = instance(node.tlsUrl(), "cluster.tls.ca=" + certificates.cert("redis"));
        Instance other = instance(node.tlsUrl(), "cluster.tls.ca=" + certificates.cert("redis"));
        Recorder recorder = recorder(other, List.of("news"));
        Publisher publisher = publisher(one, "p");
        assertThat(publisher.publish("news")).isTrue();
        recorder.awaitMessage("news", publisher.last());
    }

    @Test
    void aRedisThatIsNoClusterEndsTheStart() {
        try (RedisServer alone = RedisServer.start()) {
            assertThatThrownBy(() -> instance(alone.url()))
                    .hasMessageContaining("127.0.0.1:" + alone.port())
                    .hasMessageContaining("cluster support disabled");
        }
    }

    @Test
    void aClusterThatIsTakenForALoneServerEndsTheStart() {
        assertThatThrownBy(() ->
                        Instance.start("cluster.redis=" + cluster.master(0).url()))
                .hasMessageContaining("127.0.0.1:" + cluster.master(0).port())
                .hasMessageContaining("cluster.mode");
    }
}
