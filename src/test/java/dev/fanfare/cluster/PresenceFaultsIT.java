package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Message;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.TcpProxy;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Who is there when instances are killed, stop, and are cut off, and when Redis freezes and forgets. Each instance is behind a
 * network of its own.
 */
@Execution(ExecutionMode.CONCURRENT) // they wait for leases
@SuppressWarnings("NullAway.Init") // JUnit calls start
class PresenceFaultsIT {
    private static final ChannelName ROOM = new ChannelName("room");
    private static final String LEASES = "{fanfare:instances}:leases";
    private static final String DEPARTED = "{fanfare:instances}:departed";

    private final List<TcpProxy> networks = new ArrayList<>();
    private final List<BridgeFixture> instances = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
    }

    @AfterEach
    void stop() {
        instances.forEach(BridgeFixture::close);
        networks.forEach(TcpProxy::close);
        redis.close();
    }

    /** Instances that listen to the room; on each is a member that is called as its place. */
    private void start(int count) {
        for (int i = 0; i < count; i++) {
            TcpProxy network = TcpProxy.to(redis.port());
            networks.add(network);
            BridgeFixture instance = BridgeFixture.start(network.port());
            instances.add(instance);
            instance.subscribe(ROOM);
        }
        for (int i = 0; i < count; i++) {
            join(i, "m" + i);
        }
        for (int i = 0; i < count; i++) {
            expect(i, IntStream.range(0, count).mapToObj(n -> "join m" + n).toArray(String[]::new));
        }
    }

    private static Member member(String session) {
        return new Member(session, null, null);
    }

    private Future<Void> joining(int instance, String session) {
        return instances.get(instance).ask(presence -> presence.join(ROOM, member(session), true));
    }

    private Future<Void> leaving(int instance, String session) {
        return instances.get(instance).ask(presence -> presence.leave(ROOM, member(session), true));
    }

    private void join(int instance, String session) {
        BridgeFixture.done(joining(instance, session));
    }

    private List<String> members(int instance) {
        return BridgeFixture.done(instances.get(instance).ask(presence -> presence.members(ROOM))).stream()
                .map(Member::session)
                .sorted()
                .toList();
    }

    private void expectMembers(int instance, String... sessions) {
        Eventually.holds(() -> assertThat(members(instance)).containsExactly(sessions));
    }

    /** The next that an instance is told. */
    private String heard(int instance) {
        try {
            Message message = Objects.requireNonNull(
                    instances.get(instance).feed().poll(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing came");
            String json = message.publication().payload().asString();
            return message.publication().type().word() + ' ' + json.replaceAll(".*\"session\":\"([^\"]*)\".*", "$1");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next that an instance is told is just this. */
    private void expect(int instance, String... announcements) {
        for (String announcement : announcements) {
            assertThat(heard(instance)).isEqualTo(announcement);
        }
    }

    /** A member of an instance that has crashed before: when it leaves, those that are left do their work. */
    private void ghost(String session) {
        redis.command(
                "HSET", "{fanfare:channel:room}:presence", session, "ghost.1 + {\"session\":\"" + session + "\"}");
        redis.command("SADD", "{fanfare:instances}:channels:ghost.1", "room");
        redis.command("ZADD", LEASES, "1", "ghost.1");
    }

    private void expectNothingLeftOfTheGone(int living, int withMembers) {
        Eventually.holds(() -> {
            assertThat(redis.command("ZCARD", DEPARTED)).containsExactly("0");
            assertThat(redis.command("KEYS", "{fanfare:instances}:channels:*")).hasSize(withMembers);
        });
        assertThat(redis.command("ZCARD", LEASES)).containsExactly("" + living);
        assertThat(redis.command("HLEN", "{fanfare:instances}:sessions")).containsExactly("" + living);
        assertThat(redis.command("KEYS", "*")).isNotEmpty().allSatisfy(key -> assertThat(
                        Long.parseLong(redis.command("TTL", key).get(0)))
                .isBetween(1L, 86_400L));
    }

    private double reaped() {
        return instances.stream()
                .mapToDouble(instance -> instance.metric("fanfare.presence.reaped"))
                .sum();
    }

    /** Nothing is waited for: the time itself is what has to pass. */
    private static void pass(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
    }

    @Test
    void whoIsOnAnInstanceThatIsKilledLeavesOnceWithinALease() {
        start(3);
        ghost("ghost");
        IntStream.range(0, 3).forEach(instance -> expect(instance, "leave ghost"));
        join(0, "also0");
        IntStream.range(0, 3).forEach(instance -> expect(instance, "join also0"));
        long killed = System.nanoTime();
        instances.get(0).kill();
        for (int survivor = 1; survivor < 3; survivor++) {
            assertThat(List.of(heard(survivor), heard(survivor))).containsExactlyInAnyOrder("leave m0", "leave also0");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - killed))
                .isLessThan(Census.LEASE.plus(Census.INTERVAL.multipliedBy(2)).plusSeconds(2));
        IntStream.range(1, 3).forEach(survivor -> assertThat(members(survivor)).containsExactly("m1", "m2"));
        assertThat(reaped()).isEqualTo(3);
        expectNothingLeftOfTheGone(2, 2);
        ghost("another");
        IntStream.range(1, 3).forEach(survivor -> expect(survivor, "leave another"));
    }

    @Test
    void nobodyLeavesWhoIsThereWhenRedisWasFrozenForLongerThanALease() throws Exception {
        start(3);
        ghost("ghost");
        redis.freeze();
        pass(Duration.ofSeconds(15));
        redis.thaw();
        // It leaves when somebody may reap again.
        IntStream.range(0, 3).forEach(instance -> expect(instance, "leave ghost"));
        IntStream.range(0, 3).forEach(instance -> expectMembers(instance, "m0", "m1", "m2"));
        join(0, "last");
        IntStream.range(0, 3).forEach(instance -> expect(instance, "join last"));
        assertThat(reaped()).isEqualTo(1);
        assertThat(redis.command("HKEYS", "{fanfare:instances}:sessions"))
                .as("nobody was given up")
                .hasSize(3)
                .allMatch(owner -> owner.endsWith(".1"));
    }

    @Test
    void nobodyLeavesWhoIsThereWhenRedisForgotEverything() {
        start(2);
        redis.restart();
        IntStream.range(0, 2).forEach(instance -> expectMembers(instance, "m0", "m1"));
        // Also where no connection was lost.
        redis.command("FLUSHALL");
        expectMembers(0, "m0", "m1");
        ghost("ghost");
        // It leaves when somebody may reap again, and nobody else does.
        IntStream.range(0, 2).forEach(instance -> expect(instance, "leave ghost"));
        IntStream.range(0, 2).forEach(instance -> expectMembers(instance, "m0", "m1"));
        join(0, "last");
        IntStream.range(0, 2).forEach(instance -> expect(instance, "join last"));
        assertThat(reaped()).isEqualTo(1);
    }

    /** As a replica that takes over may not have been told. */
    @Test
    void whoseEndRedisHasLostLeavesWhenTheInstanceIsJoinedAgain() {
        start(2);
        String owner = redis.command("HGET", "{fanfare:channel:room}:presence", "m0")
                .get(0)
                .split(" ", 2)[0];
        String channels = "{fanfare:instances}:channels:" + owner;
        redis.command("HSET", "{fanfare:channel:room}:presence", "lost", owner + " + {\"session\":\"lost\"}");
        redis.command("HSET", "{fanfare:channel:den}:presence", "lost", owner + " - {\"session\":\"lost\"}");
        redis.command("SADD", channels, "den");
        networks.get(0).cut();
        expect(1, "leave lost");
        expectMembers(0, "m0", "m1");
        Eventually.holds(() -> assertThat(redis.command("SMEMBERS", channels)).containsExactly("room"));
        assertThat(redis.command("EXISTS", "{fanfare:channel:den}:presence")).containsExactly("0");
        join(1, "last");
        expect(1, "join last");
    }

    @Test
    void whoComesAndGoesWhileRedisIsAwayIsToldOfAfterwards() {
        start(2);
        join(0, "a");
        IntStream.range(0, 2).forEach(instance -> expect(instance, "join a"));
        redis.kill();
        Eventually.holds(
                () -> assertThat(instances.get(0).metric("fanfare.bridge.up")).isZero());
        assertThatThrownBy(() -> BridgeFixture.done(joining(0, "b"))).hasMessageContaining("cut off");
        assertThatThrownBy(() -> BridgeFixture.done(leaving(0, "a"))).hasMessageContaining("cut off");
        BridgeFixture.done(joining(0, "c").transform(failed -> leaving(0, "c")));
        assertThatThrownBy(() -> members(0)).hasMessageContaining("cut off");
        redis.restart();
        expectMembers(0, "b", "m0", "m1");
        expectMembers(1, "b", "m0", "m1");
        assertThat(instances.get(0).metric("fanfare.presence.members")).isEqualTo(2);
        join(0, "last");
        // The other one may have come back too late to hear of the others.
        List<String> heard = new ArrayList<>();
        for (String each = heard(0); !each.equals("join last"); each = heard(0)) {
            heard.add(each);
        }
        assertThat(heard).containsExactlyInAnyOrder("join b", "leave a");
    }

    @Test
    void whoIsOnAnInstanceThatIsCutOffLeavesOnceAndComesBackOnce() {
        start(3);
        networks.get(0).swallow();
        IntStream.range(1, 3).forEach(instance -> expect(instance, "leave m0"));
        IntStream.range(1, 3).forEach(instance -> assertThat(members(instance)).containsExactly("m1", "m2"));
        networks.get(0).pass();
        IntStream.range(1, 3).forEach(instance -> expect(instance, "join m0"));
        IntStream.range(0, 3).forEach(instance -> expectMembers(instance, "m0", "m1", "m2"));
        expectNothingLeftOfTheGone(3, 3);
        join(1, "last");
        IntStream.range(1, 3).forEach(instance -> expect(instance, "join last"));
    }

    @Test
    void whoIsOnAnInstanceThatStopsLeavesAfterThoseWhoMoveHaveCome() {
        start(2);
        ghost("ghost");
        IntStream.range(0, 2).forEach(instance -> expect(instance, "leave ghost"));
        long stopped = System.nanoTime();
        instances.get(0).close();
        join(1, "m0 elsewhere");
        expect(1, "join m0 elsewhere", "leave m0");
        assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isGreaterThan(Census.FAREWELL);
        assertThat(members(1)).containsExactly("m0 elsewhere", "m1");
        expectNothingLeftOfTheGone(1, 1);
    }

    @Test
    void theNextOneReapsWhereAllWereKilledAtOnce() {
        start(2);
        instances.forEach(BridgeFixture::kill);
        instances.clear();
        BridgeFixture next = BridgeFixture.start(redis.port());
        instances.add(next);
        next.subscribe(ROOM);
        assertThat(members(0)).containsExactly("m0", "m1");
        assertThat(List.of(heard(0), heard(0))).containsExactlyInAnyOrder("leave m0", "leave m1");
        expectNothingLeftOfTheGone(1, 0);
    }

    @Test
    void twoWhoReapAtOnceAnnounceEachOnce() {
        start(2);
        int count = 3_000;
        List<Future<Void>> joins =
                IntStream.range(0, count).mapToObj(i -> joining(0, "s" + i)).toList();
        BridgeFixture.done(Future.all(joins));
        for (int i = 0; i < count; i++) {
            expect(1, "join s" + i);
        }
        String owner = redis.command("HGET", "{fanfare:channel:room}:presence", "s0")
                .get(0)
                .split(" ", 2)[0];
        BridgeFixture.done(Future.all(instances.stream()
                .map(instance -> instance.ask(presence -> ((RedisPresence) presence).reap(owner)))
                .toList()));
        assertThat(reaped()).isEqualTo(count + 1);
        List<String> heard = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            heard.add(heard(1));
        }
        assertThat(heard).doesNotHaveDuplicates().allMatch(each -> each.startsWith("leave "));
        assertThat(members(1)).containsExactly("m1");
    }
}
