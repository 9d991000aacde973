package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JarProcess;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Upstream;
import dev.fanfare.testing.WebSocketPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances behind HAProxy are restarted one after the other, as an operator does it, while clients publish all the time. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class RollingRestartIT {
    private static final int INSTANCES = 3;
    private static final int MEMBERS = 500;
    private static final int MEMBERS_OF_A_CHANNEL = 10;
    private static final Duration BOUND = Duration.ofSeconds(30);

    /** What was confirmed so shortly before somebody left may have been on its way to him still. */
    private static final long ON_ITS_WAY = TimeUnit.SECONDS.toNanos(2);

    private final RedisServer redis = RedisServer.start();
    private final List<Upstream> upstreams = Stream.generate(() -> new Upstream(FreePort.next(), FreePort.next()))
            .limit(INSTANCES)
            .toList();
    private final JarProcess[] instances = new JarProcess[INSTANCES];
    private final long[] launchedAt = new long[INSTANCES];
    private final Balancer balancer = Balancer.haproxy(upstreams);
    private final List<Member> members = IntStream.range(0, MEMBERS)
            .mapToObj(i -> new Member(i, "room-" + i / MEMBERS_OF_A_CHANNEL, balancer.port()))
            .toList();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService pacer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger checks = new AtomicInteger();
    private volatile boolean checking = true;
    private volatile boolean over;

    @TempDir
    private Path folder;

    @AfterEach
    void end() throws Exception {
        over = true;
        pacer.shutdownNow();
        balancer.close();
        for (JarProcess instance : instances) {
            instance.close();
        }
        redis.close();
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join(BOUND.toMillis());
        }
    }

    @Test
    void nobodyMissesWhatWasConfirmedAndSomebodyAlwaysServes() throws Exception {
        for (int i = 0; i < INSTANCES; i++) {
            launch(i);
        }
        for (int i = 0; i < INSTANCES; i++) {
            awaitReady(i);
        }
        members.forEach(this::run);
        await().atMost(BOUND).until(() -> members.stream().allMatch(Member::isIdle));
        var turn = new AtomicInteger();
        ScheduledFuture<?> pace = pacer.scheduleAtFixedRate(
                () -> members.get(turn.getAndIncrement() % MEMBERS).publish(), 0, 4, TimeUnit.MILLISECONDS);
        Thread checker = run(this::checkAllTheTime);
        for (int i = 0; i < INSTANCES; i++) {
            restart(i);
        }
        assertThat(pace.cancel(false)).as("published all the time").isTrue();
        checking = false;
        checker.join(BOUND.toMillis());
        await().atMost(BOUND).until(() -> members.stream().allMatch(Member::isIdle));
        await().atMost(BOUND).untilAsserted(() -> assertThat(account().missed).isEmpty());
        assertThat(failures).isEmpty();
        assertThat(checks).hasPositiveValue();
        System.out.println(account().required + " deliveries to " + MEMBERS + " clients were due and happened, and "
                + checks + " checks were green");
        assertEverybodyCameBackElsewhere();
        for (Upstream upstream : upstreams) {
            assertThat(Exposition.scrape(upstream.metricsPort()).sum("fanfare_bridge_missed_total"))
                    .isZero();
        }
        whenNoneIsReadyTheBalancerStillServes();
    }

    private Thread run(Runnable task) {
        var thread = new Thread(() -> {
            try {
                task.run();
            } catch (RuntimeException | AssertionError e) {
                if (!over) {
                    failures.add(e);
                }
            }
        });
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void launch(int index) throws IOException {
        Path file = Files.writeString(folder.resolve("instance-" + index + ".yaml"), """
                server: {host: 127.0.0.1, port: %d, event-loops: 1}
                metrics: {host: 127.0.0.1, port: %d}
                cluster: {redis: "%s"}
                shutdown: {grace: 3s, drain: 4s}
                """.formatted(
                        upstreams.get(index).port(), upstreams.get(index).metricsPort(), redis.url()));
        launchedAt[index] = System.nanoTime();
        instances[index] = JarProcess.java(
                Map.of(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                "$jar",
                "serve",
                "--config-file",
                file.toString());
    }

    private void awaitReady(int index) {
        await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(() -> status(index) == 200);
    }

    private int status(int index) {
        try {
            return HttpPeer.get(upstreams.get(index).metricsPort(), "/ready").status();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    private void restart(int index) throws Exception {
        String server = "Server ready/" + name(index);
        instances[index].signal("TERM");
        balancer.awaitOutput(server + " is DOWN");
        assertThat(instances[index].end()).isZero();
        instances[index].close();
        launch(index);
        awaitReady(index);
        balancer.awaitOutput(server + " is UP");
    }

    private static String name(int index) {
        return Character.toString('a' + index);
    }

    /** What was due to whom, and who has not got it. */
    private record Account(int required, List<Member.Publication> missed) {}

    private Account account() {
        int required = 0;
        List<Member.Publication> missed = new ArrayList<>();
        for (Member listener : members) {
            for (Member.Stay stay : listener.stays()) {
                List<Member.Publication> due = members.stream()
                        .filter(publisher -> publisher.channel().equals(listener.channel()))
                        .flatMap(publisher -> publisher.confirmed().stream())
                        .filter(publication -> stay.joinedAt <= publication.sentAt()
                                && publication.confirmedAt() <= stay.leftAt - ON_ITS_WAY)
                        .toList();
                required += due.size();
                due.stream().filter(publication -> !stay.hasHeard(publication)).forEach(missed::add);
            }
        }
        return new Account(required, missed);
    }

    private void assertEverybodyCameBackElsewhere() {
        for (Member member : members) {
            List<Member.Stay> stays = member.stays();
            assertThat(stays).hasSizeGreaterThan(1);
            for (int i = 1; i < stays.size(); i++) {
                String before = stays.get(i - 1).node;
                if (stays.get(i).joinedAt < launchedAt[before.charAt(0) - 'a']) {
                    assertThat(stays.get(i).node).isNotEqualTo(before);
                }
            }
        }
        List<Integer> pauses = members.stream()
                .flatMap(member -> member.stays().stream())
                .filter(stay -> stay.leftAt < Long.MAX_VALUE)
                .map(stay -> stay.retryAfter)
                .toList();
        assertThat(pauses).allMatch(pause -> pause >= 0 && pause <= 5_000);
        assertThat(pauses.stream().distinct().count()).as("different pauses").isGreaterThan(MEMBERS / 2);
    }

    /** Checks from outside, one after the other: two clients connect at the first attempt, and one hears the other. */
    private void checkAllTheTime() {
        while (checking && failures.isEmpty()) {
            // One that is closed while its instance drains tells nothing, so the next one tells it.
            if (check(false)) {
                checks.incrementAndGet();
            }
        }
    }

    private boolean check(boolean local) {
        try (WebSocketPeer one = WebSocketPeer.connect(balancer.port(), "/ws");
                WebSocketPeer two = WebSocketPeer.connect(balancer.port(), "/ws")) {
            one.sendText("{\"type\":\"subscribe\",\"id\":1,\"channel\":\"check\"}");
            if (!expect(one, "{\"type\":\"subscribed\",")) {
                return false;
            }
            WebSocketPeer publisher = local ? one : two;
            publisher.sendText("{\"type\":\"publish\",\"id\":2,\"channel\":\"check\",\"data\":\"seen\"}");
            return local
                    ? expect(one, "{\"type\":\"event\",") && expect(one, "\"local\":true")
                    : expect(two, "{\"type\":\"published\",") && expect(one, "{\"type\":\"event\",");
        }
    }

    private static boolean expect(WebSocketPeer peer, String text) {
        Frame frame = peer.frame();
        if (frame.opcode() == Frame.CLOSE) {
            assertThat(frame.closeCode()).isEqualTo(1001);
            return false;
        }
        assertThat(frame.text()).contains(text);
        return true;
    }

    private void whenNoneIsReadyTheBalancerStillServes() {
        redis.kill();
        balancer.awaitOutput("backend ready has no server available");
        assertThat(IntStream.range(0, INSTANCES).map(this::status)).containsOnly(503);
        assertThat(check(true)).isTrue();
        redis.restart();
        balancer.awaitOutput("Server ready/" + name(INSTANCES - 1) + " is UP");
        await().atMost(BOUND).until(() -> check(false));
    }
}
