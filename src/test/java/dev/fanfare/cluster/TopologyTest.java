package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import dev.fanfare.config.RedisUrl.Login;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.Wire;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Redis is, as servers tell that answer by a script. */
class TopologyTest {
    private static final Login NOBODY = new Login("", "");
    private static final Login RELAY = new Login("relay", "secret");
    private static final String OK = ScriptedRedis.bulk("cluster_state:ok\r\n");
    private static final String FAILING = ScriptedRedis.bulk("cluster_state:fail\r\n");

    private final Vertx vertx = Vertx.vertx();
    private final List<ScriptedRedis> servers = new ArrayList<>();
    private final AtomicInteger changes = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        for (ScriptedRedis server : servers) {
            server.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private ScriptedRedis server() {
        ScriptedRedis server = new ScriptedRedis();
        servers.add(server);
        return server;
    }

    private static RedisUrl at(String host, int port) {
        return new RedisUrl(false, host, port, 0, NOBODY);
    }

    private static RedisUrl unreachable() {
        return at("127.0.0.1", FreePort.next());
    }

    private Topology topology(Cluster.Mode mode, Login login, List<RedisUrl> urls) {
        Duration second = Duration.ofSeconds(1);
        Cluster.Tls tls = new Cluster.Tls(null, null, null, true);
        return Topology.of(
                vertx,
                new Cluster(urls, mode, "main", "fanfare", login, second, second, tls),
                changes::incrementAndGet);
    }

    private Topology sentinels(RedisUrl... urls) {
        return topology(Cluster.Mode.SENTINEL, NOBODY, List.of(urls));
    }

    private Topology nodes(RedisUrl... urls) {
        return topology(Cluster.Mode.CLUSTER, NOBODY, List.of(urls));
    }

    private static Layout found(Topology topology) throws Exception {
        try {
            return topology.discover()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    @Test
    void aLoneServerIsWhereTheConfigurationSays() throws Exception {
        Topology topology = topology(Cluster.Mode.STANDALONE, RELAY, List.of(at("redis.example", 1)));
        assertThat(topology.isStatic()).isTrue();
        assertThat(found(topology).servers())
                .containsExactly(at("redis.example", 1).as(RELAY));
    }

    private ScriptedRedis sentinel(int epoch, int port) {
        return server().answering(
                        "SENTINEL MASTER main", ScriptedRedis.list("name", "main", "config-epoch", "" + epoch))
                .answering("SENTINEL GET-MASTER-ADDR-BY-NAME main", ScriptedRedis.list("redis.example", "" + port))
                .answering("SUBSCRIBE +switch-master", ScriptedRedis.list("subscribe", "+switch-master", 1));
    }

    @Test
    void theLatestDecisionOfTheSentinelsHolds() throws Exception {
        Topology topology = sentinels(
                sentinel(9, 1).url(),
                sentinel(11, 2).url(),
                unreachable(),
                sentinel(10, 3).url());
        assertThat(topology.isStatic()).isFalse();
        assertThat(found(topology).servers()).containsExactly(at("redis.example", 2));
    }

    @Test
    void theMasterHasTheLoginAndTheDatabaseAndTheSentinelsHaveNot() throws Exception {
        ScriptedRedis sentinel = sentinel(1, 2);
        Topology topology =
                topology(Cluster.Mode.SENTINEL, RELAY, List.of(sentinel.url().in(3)));
        assertThat(found(topology).servers())
                .containsExactly(at("redis.example", 2).in(3).as(RELAY));
        assertThat(sentinel.commands()).doesNotContain("select 3").noneMatch(command -> command.contains("secret"));
    }

    @Test
    void aSentinelThatNeverAnswersIsNotWaitedForLong() throws Exception {
        ScriptedRedis frozen = sentinel(2, 1).answering("SENTINEL MASTER main", "");
        assertThat(found(sentinels(frozen.url(), sentinel(1, 2).url())).servers())
                .containsExactly(at("redis.example", 2));
    }

    @Test
    void aSentinelIsAskedOverOneConnectionAndSaysWhenTheMasterIsAnother() throws Exception {
        ScriptedRedis sentinel = sentinel(1, 2);
        Topology topology = sentinels(sentinel.url());
        found(topology);
        sentinel.answering("SENTINEL GET-MASTER-ADDR-BY-NAME main", ScriptedRedis.list("redis.example", "3"));
        await().atMost(Wire.PATIENCE).until(() -> sentinel.commands().contains("subscribe +switch-master"));
        sentinel.push(ScriptedRedis.list("message", "+switch-master", "other 127.0.0.1 1 127.0.0.1 2"));
        sentinel.push(ScriptedRedis.list("message", "+switch-master", "main 127.0.0.1 2 127.0.0.1 3"));
        await().atMost(Wire.PATIENCE).until(() -> changes.get() > 0);
        assertThat(changes).hasValue(1);
        assertThat(found(topology).servers()).containsExactly(at("redis.example", 3));
        assertThat(sentinel.commands().stream().filter(command -> command.startsWith("subscribe")))
                .hasSize(1);
    }

    @Test
    void itIsNoUseToAskAgainWhereEverySentinelKnowsNoSuchMaster() {
        String unknown = "-ERR No such master with that name\r\n";
        RedisUrl one = server().answering("SENTINEL MASTER main", unknown).url();
        RedisUrl other = server().answering("SENTINEL MASTER main", unknown).url();
        assertThatThrownBy(() -> found(sentinels(one, other)))
                .hasMessage("no sentinel tells of a master 'main': " + one.place()
                        + ": ERR No such master with that name; " + other.place()
                        + ": ERR No such master with that name")
                .matches(Server::isFinal);
        RedisUrl dead = unreachable();
        assertThatThrownBy(() -> found(sentinels(one, dead)))
                .hasMessageContaining(dead.place() + ": ")
                .matches(cause -> !Server.isFinal(cause));
    }

    private ScriptedRedis node(String info, Object... ranges) {
        return server().answering("CLUSTER SLOTS", ScriptedRedis.list(ranges)).answering("CLUSTER INFO", info);
    }

    private static Object[] range(int first, int last, Object host, int port) {
        Object[] master = {host, port, "id"};
        Object[] replica = {"replica.example", 1, "other"};
        return new Object[] {first, last, master, replica};
    }

    @Test
    void everyRangeOfSlotsIsOnItsMaster() throws Exception {
        ScriptedRedis node = node(OK, range(0, 99, "a.example", 1), range(100, 16_383, "b.example", 2));
        assertThat(found(nodes(node.url())).servers()).containsExactly(at("a.example", 1), at("b.example", 2));
    }

    @ParameterizedTest
    @CsvSource({"redis.example, redis.example", "10.0.0.1, 10.0.0.1", "'2001:db8::1', '2001:db8::1'", "'', 127.0.0.1"})
    void aMasterIsAtTheHostThatTheNodeNames(String named, String host) throws Exception {
        ScriptedRedis node = node(OK, (Object) range(0, 16_383, named, 7));
        assertThat(found(nodes(node.url())).servers()).containsExactly(at(host, 7));
    }

    @Test
    void aMasterWithoutHostIsWhereTheNodeIsThatWasAsked() throws Exception {
        ScriptedRedis node = node(OK, (Object) range(0, 16_383, NOBODY, 7));
        assertThat(found(nodes(node.url())).servers()).containsExactly(at("127.0.0.1", 7));
    }

    @Test
    void aMasterThatHasNoNameWhereNamesAreAnnouncedIsToldOf() {
        ScriptedRedis node = node(OK, (Object) range(0, 16_383, "?", 7));
        assertThatThrownBy(() -> found(nodes(node.url()))).hasMessageContaining("cluster-announce-hostname");
    }

    @Test
    void aNodeThatIsCutOffIsBelievedOnlyWhereNobodyKnowsBetter() throws Exception {
        ScriptedRedis cutOff = node(FAILING, (Object) range(0, 16_383, "old.example", 1));
        ScriptedRedis sound = node(OK, (Object) range(0, 16_383, "new.example", 1));
        assertThat(found(nodes(cutOff.url(), sound.url())).servers()).containsExactly(at("new.example", 1));
        assertThat(found(nodes(cutOff.url(), unreachable())).servers()).containsExactly(at("old.example", 1));
    }

    @Test
    void whoWasNamedIsAskedWhenThoseThatAreConfiguredAreGone() throws Exception {
        ScriptedRedis other = server();
        ScriptedRedis seed =
                node(OK, (Object) range(0, 16_383, "127.0.0.1", other.url().port()));
        other.answering("CLUSTER SLOTS", ScriptedRedis.list((Object) range(0, 16_383, "third.example", 1)))
                .answering("CLUSTER INFO", OK);
        Topology topology = nodes(unreachable(), seed.url());
        assertThat(found(topology).servers()).containsExactly(other.url());
        seed.close();
        assertThat(found(topology).servers()).containsExactly(at("third.example", 1));
    }

    @Test
    void aClusterWithoutAServerForEverySlotIsNone() {
        RedisUrl empty = node(OK).url();
        RedisUrl partial = node(OK, (Object) range(0, 99, "a.example", 1)).url();
        assertThatThrownBy(() -> found(nodes(empty, partial)))
                .hasMessage("no node tells where the slots are: " + empty.place() + ": no server has slot 0; "
                        + partial.place() + ": no server has slot 100")
                .matches(cause -> !Server.isFinal(cause));
    }

    @Test
    void itIsNoUseToAskAgainWhereRedisIsNoCluster() {
        RedisUrl alone = server().answering("CLUSTER SLOTS", "-ERR This instance has cluster support disabled\r\n")
                .url();
        assertThatThrownBy(() -> found(nodes(alone))).matches(Server::isFinal);
    }

    /** It may be frozen, and come back a hundred questions later. */
    @Test
    void noConnectionStaysOpenToAServerThatDoesNotAnswer() {
        ScriptedRedis frozen = server().answering("hello 2", "");
        assertThatThrownBy(() -> found(nodes(frozen.url()))).hasMessageContaining("no answer in time");
        assertThat(frozen.commands()).isNotEmpty();
        await().atMost(Wire.PATIENCE).until(() -> frozen.connections() == 0);

        ScriptedRedis sentinel = sentinel(1, 2).answering("sentinel master main", "");
        Topology topology = sentinels(sentinel.url());
        assertThatThrownBy(() -> found(topology)).hasMessageContaining("no answer in time");
        assertThat(sentinel.commands()).isNotEmpty();
        await().atMost(Wire.PATIENCE).until(() -> sentinel.connections() == 0);
    }
}
