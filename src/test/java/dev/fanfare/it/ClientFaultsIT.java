package dev.fanfare.it;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.client.ClientState;
import dev.fanfare.client.Disconnection;
import dev.fanfare.client.Loss;
import dev.fanfare.client.Published;
import dev.fanfare.client.ReconnectingClient;
import dev.fanfare.client.SubscribeOptions;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client, and instances that are killed, drained, frozen and started again on the same port. */
class ClientFaultsIT {
    private static final String RULES = "channels=[{\"match\":\"kept:*\",\"history-size\":10000}]";

    private final int port = FreePort.next();

    private ReconnectingClient.Builder client() {
        return ReconnectingClient.builder(URI.create("ws://localhost:" + port + "/ws"))
                .initialBackoff(Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(1))
                .pingInterval(Duration.ofMillis(500))
                .silenceTimeout(Duration.ofSeconds(3))
                .commandTimeout(Duration.ofMinutes(2))
                .onError(error -> {});
    }

    private InstanceProcess instance(RedisServer redis) {
        return InstanceProcess.start(
                List.of("-Xmx256m"), RULES, "cluster.redis=" + redis.url(), "server.port=" + port, "shutdown.drain=1s");
    }

    /** It starts four JVMs, one after the other. */
    @Test
    @Timeout(value = 6, unit = MINUTES)
    void eachOffsetComesOnceAndInOrderHoweverTheInstanceEnds() throws Exception {
        Queue<Long> offsets = new ConcurrentLinkedQueue<>();
        Queue<Loss> losses = new ConcurrentLinkedQueue<>();
        Queue<Disconnection> ends = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Published>> published = new ArrayList<>();
        RedisServer redis = RedisServer.start();
        InstanceProcess instance = instance(redis);
        try (redis;
                ReconnectingClient client = client().onDisconnect(ends::add).build();
                ReconnectingClient publisher = client().build()) {
            SubscribeOptions options = SubscribeOptions.DEFAULT.onLost(losses::add);
            client.subscribe(
                            "kept:a",
                            options,
                            message -> offsets.add(
                                    requireNonNull(message.position()).offset()))
                    .ready()
                    .get(Wire.PATIENCE.toSeconds(), SECONDS);
            int ended = 0;
            for (String end : List.of("KILL", "TERM", "STOP")) {
                publish(publisher, published, end);
                Eventually.holds(() -> assertThat(client.state()).isEqualTo(ClientState.CONNECTED));
                instance.signal(end);
                publish(publisher, published, end + " later");
                int connections = ++ended;
                Eventually.holds(() -> assertThat(ends).hasSize(connections));
                instance.kill();
                instance = instance(redis);
                publish(publisher, published, end + " again");
            }
            CompletableFuture.allOf(published.toArray(CompletableFuture<?>[]::new))
                    .get(120, SECONDS);
            Eventually.holds(() -> assertThat(offsets).hasSizeGreaterThanOrEqualTo(published.size()));
            assertThat(offsets)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, published.size()).boxed().toList());
            assertThat(losses).isEmpty();
            assertThat(ends).extracting(Disconnection::code).containsExactly(1006, 1001, 1006);
        } finally {
            instance.close();
        }
    }

    private static void publish(ReconnectingClient publisher, List<CompletableFuture<Published>> all, String name) {
        for (int i = 0; i < 50; i++) {
            all.add(publisher.publish("kept:a", "" + i, name + i));
        }
    }
}
