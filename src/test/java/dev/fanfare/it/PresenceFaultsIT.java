package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ErrorLog;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Who is there, as sessions are told, while instances and Redis come and go: who is gone leaves once. That nobody leaves who is
 * there is shown where Redis can be looked into: in {@code dev.fanfare.cluster}.
 */
@Execution(ExecutionMode.CONCURRENT) // they wait for leases
@SuppressWarnings("NullAway.Init") // JUnit calls start
class PresenceFaultsIT {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final String ROOM = "room:1";

    private final List<Instance> instances = new ArrayList<>();
    private final List<JsonPeer> peers = new ArrayList<>();
    private final Set<String> passersBy = new HashSet<>();
    private RedisServer redis;
    private ErrorLog errors;

    @BeforeEach
    void start() {
        errors = ErrorLog.open();
        redis = RedisServer.start();
        for (int i = 0; i < 2; i++) {
            instances.add(Instance.start(settings()));
        }
    }

    private String[] settings() {
        return new String[] {
            "cluster.redis=" + redis.url(), "cluster.publish-timeout=1s", "server.event-loops=1", ChannelKinds.RULES
        };
    }

    @AfterEach
    void stop() {
        peers.forEach(JsonPeer::close);
        instances.forEach(Instance::close);
        redis.close();
        errors.close();
        assertThat(errors.drain()).as("logged as errors").isEmpty();
    }

    private JsonPeer in(int port) {
        JsonPeer peer = JsonPeer.on(UpgradeRequest.to(port, "/ws"), WebSocketPeer.to(port));
        peers.add(peer);
        peer.subscribe(ROOM);
        return peer;
    }

    private static Set<String> sessions(JsonPeer asking) {
        return expect("presence", asking.ask(command("presence", ROOM))).getJsonArray("data").stream()
                .map(member -> ((JsonObject) member).getString("session"))
                .collect(Collectors.toSet());
    }

    private static void awaitThere(JsonPeer asking, JsonPeer... there) {
        Set<String> expected = Set.of(there).stream().map(JsonPeer::session).collect(Collectors.toSet());
        Eventually.holds(() -> assertThat(sessions(asking)).isEqualTo(expected));
    }

    private static String word(String type, JsonPeer about) {
        return type + " " + about.session();
    }

    /** What was said of comings and goings until a fresh session has come and gone, without what is said of such. */
    private List<String> words(JsonPeer listener) {
        JsonPeer last = in(instances.get(0).port());
        passersBy.add(last.session());
        expect("unsubscribed", last.ask(command("unsubscribe", ROOM)));
        List<String> words = new ArrayList<>();
        String word;
        do {
            JsonObject message = listener.next();
            word = message.getString("type") + " "
                    + message.getJsonObject("data").getString("session");
            words.add(word);
        } while (!word.equals(word("leave", last)));
        words.removeIf(said -> passersBy.contains(said.substring(said.indexOf(' ') + 1)));
        return words;
    }

    @Test
    void thePeopleOfAKilledInstanceLeaveOnceWithinTheLease() {
        try (InstanceProcess killed = InstanceProcess.start(List.of("-Xmx256m"), settings())) {
            JsonPeer one = in(instances.get(0).port());
            JsonPeer two = in(instances.get(1).port());
            JsonPeer gone = in(killed.port());
            JsonPeer goneToo = in(killed.port());
            awaitThere(one, one, two, gone, goneToo);
            List<String> before = words(one);
            assertThat(before).contains(word("join", gone), word("join", goneToo));
            words(two);
            long begin = System.nanoTime();
            killed.kill();
            awaitThere(one, one, two);
            awaitThere(two, one, two);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LEASE.plusSeconds(10));
            for (JsonPeer survivor : List.of(one, two)) {
                assertThat(words(survivor)).containsExactlyInAnyOrder(word("leave", gone), word("leave", goneToo));
            }
        }
    }

    @Test
    void thePeopleOfAStoppedInstanceLeaveOnce() throws Exception {
        JsonPeer one = in(instances.get(0).port());
        JsonPeer two = in(instances.get(1).port());
        awaitThere(one, one, two);
        words(one);
        instances.get(1).stop().toCompletionStage().toCompletableFuture().get();
        awaitThere(one, one);
        assertThat(words(one)).containsExactly(word("leave", two));
    }

    @Test
    void whoGoesWhileRedisIsAwayHasLeftWhenItIsBack() {
        JsonPeer one = in(instances.get(0).port());
        JsonPeer two = in(instances.get(1).port());
        JsonPeer three = in(instances.get(1).port());
        awaitThere(one, one, two, three);
        redis.kill();
        two.peer().vanish();
        expect("unsubscribed", three.ask(command("unsubscribe", ROOM)));
        redis.restart();
        awaitThere(one, one);
        awaitThere(three, one);
    }
}
