package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The stages of stopping, as clients, balancers and probes see them. */
class ShutdownTest {
    @Test
    void everyClientIsToldAndEachAnotherTimeToComeBack() throws Exception {
        try (Instance server = Instance.start()) {
            List<WebSocketPeer> peers = IntStream.range(0, 20)
                    .mapToObj(i -> server.connect(i % 2 == 0 ? "/" : "/ws"))
                    .toList();
            Future<Void> stopped = server.stop();
            Set<Integer> times = new HashSet<>();
            for (WebSocketPeer peer : peers) {
                Frame close = peer.expectClose(1001);
                assertThat(close.closeReason()).matches("retry after \\d+ ms");
                times.add(Integer.parseInt(close.closeReason().replaceAll("\\D", "")));
                peer.close();
            }
            assertThat(times).hasSizeGreaterThan(17).allMatch(time -> time >= 0 && time < 5_000);
            done(stopped);
        }
    }

    /** The grace is longer than a thread of a busy machine may stand still; the refusal stays until the clients let it end. */
    @Test
    void theProbesTellOfEveryStage() throws Exception {
        try (Instance server = Instance.start("shutdown.grace=4s", "shutdown.timeout=1m", "session.write-timeout=1m")) {
            assertThat(HttpPeer.get(server.metricsPort(), "/ready").status()).isEqualTo(200);
            assertThat(HttpPeer.get(server.metricsPort(), "/live").status()).isEqualTo(200);
            WebSocketPeer early = server.connect("/ws");
            Future<Void> stopped = server.stop();
            await().atMost(Wire.PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> HttpPeer.get(server.metricsPort(), "/ready").status() == 503);
            assertThat(HttpPeer.get(server.metricsPort(), "/ready").body()).contains("draining");
            assertThat(HttpPeer.get(server.metricsPort(), "/live").status()).isEqualTo(200);
            WebSocketPeer late = server.connect("/");
            early.expectClose(1001);
            late.expectClose(1001);
            Response refused = upgrade(server);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotBlank();
            early.close();
            late.close();
            done(stopped);
        }
    }

    private static Response upgrade(Instance server) {
        try (HttpPeer http = HttpPeer.to(server.port())) {
            return http.send(UpgradeRequest.to(server.port(), "/ws").text()).responseHead();
        }
    }

    @Test
    void aRequestThatHasBegunGetsItsAnswer() throws Exception {
        String body = "{\"type\":\"publish\",\"channel\":\"a\",\"data\":1}";
        try (Instance server = Instance.start("shutdown.timeout=1m");
                HttpPeer idle = HttpPeer.to(server.port());
                HttpPeer begun = HttpPeer.to(server.port())) {
            idle.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(idle.response().header("Connection")).isEmpty();
            begun.send("POST /sse HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                    .formatted(body.length()));
            assertThat(begun.responseHead().status()).isEqualTo(100);
            begun.send(body.substring(0, 5));
            Future<Void> stopped = server.stop();
            idle.wire().expectEnd();
            assertThat(stopped.isComplete()).as("it waits for the answer").isFalse();
            begun.send(body.substring(5));
            Response answer = begun.response();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("Connection")).isEqualTo("close");
            begun.wire().expectEnd();
            done(stopped);
        }
    }

    @Test
    void aRequestThatDoesNotEndIsCutInTime() throws Exception {
        try (Instance server = Instance.start("shutdown.timeout=500ms");
                HttpPeer begun = HttpPeer.to(server.port())) {
            begun.send("POST /sse HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
            assertThat(begun.responseHead().status()).isEqualTo(100);
            done(server.stop());
            begun.wire().expectEnd();
        }
    }

    @Test
    void whoTakesHisTimeLeavesOthersTheirAnswers() throws Exception {
        String body = "{\"type\":\"publish\",\"channel\":\"a\",\"data\":1}";
        try (Instance server =
                        Instance.start("shutdown.timeout=1m", "server.event-loops=1", "session.write-timeout=1m");
                HttpPeer kept = HttpPeer.to(server.port());
                HttpPeer begun = HttpPeer.to(server.port())) {
            WebSocketPeer client = server.connect("/ws");
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(kept.send(request).response().header("Connection")).isEmpty();
            begun.send("POST /sse HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                    .formatted(body.length()));
            assertThat(begun.responseHead().status()).isEqualTo(100);
            Future<Void> stopped = server.stop();
            client.expectClose(1001);
            Response refused = kept.send(request).response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotBlank();
            assertThat(refused.header("Connection")).isEqualTo("close");
            kept.wire().expectEnd();
            begun.send(body);
            assertThat(begun.response().status()).isEqualTo(200);
            begun.wire().expectEnd();
            assertThat(stopped.isComplete()).isFalse();
            client.close();
            done(stopped);
        }
    }

    @Test
    void theApiTellsThatItStopsAsItTellsAllElse() throws Exception {
        try (Instance server =
                        Instance.start("shutdown.timeout=1m", "server.event-loops=1", "session.write-timeout=1m");
                HttpPeer http = HttpPeer.to(server.port())) {
            WebSocketPeer client = server.connect("/ws");
            Future<Void> stopped = server.stop();
            client.expectClose(1001);
            Response refused = http.send("GET /api/v1/cluster HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(refused.header("Retry-After")).isNotBlank();
            client.close();
            done(stopped);
        }
    }

    @Test
    void clientsAreClosedOneAfterTheOther() throws Exception {
        try (Instance server = Instance.start("shutdown.drain=1500ms", "server.event-loops=1")) {
            List<WebSocketPeer> peers =
                    IntStream.range(0, 10).mapToObj(i -> server.connect("/ws")).toList();
            long start = System.nanoTime();
            Future<Void> stopped = server.stop();
            for (int i = 0; i < peers.size(); i++) {
                peers.get(i).expectClose(1001);
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                // A slow machine may be late, but never early.
                assertThat(millis).isGreaterThanOrEqualTo(150L * (i + 1) - 20);
                peers.get(i).close();
            }
            done(stopped);
        }
    }

    @Test
    void whatIsQueuedGoesOutBeforeTheClose() throws Exception {
        // A peer of a small window takes its time.
        try (Instance server =
                Instance.start("session.send-limit=64MiB", "session.write-timeout=1h", "shutdown.timeout=1h")) {
            WebSocketPeer reader =
                    WebSocketPeer.to(server.port()).receiveBuffer(4096).connect("/raw/queue");
            WebSocketPeer publisher = server.connect("/raw/queue");
            String payload = "q".repeat(60_000);
            for (int i = 0; i < 100; i++) {
                publisher.sendText(payload).expectText(payload);
            }
            await().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(server.metric("fanfare_deliveries_total"))
                    .as("written to both, whose loops are not the same")
                    .isEqualTo(200));
            Future<Void> stopped = server.stop();
            publisher.expectClose(1001);
            publisher.close();
            for (int i = 0; i < 100; i++) {
                reader.expectText(payload);
            }
            reader.expectClose(1001);
            reader.close();
            done(stopped);
        }
    }

    @Test
    void silentAndStalledPeersAreCutInTime() throws Exception {
        try (Instance server =
                Instance.start("shutdown.timeout=500ms", "session.write-timeout=1h", "session.send-limit=64MiB")) {
            WebSocketPeer stalled =
                    WebSocketPeer.to(server.port()).receiveBuffer(4096).connect("/raw/stalled");
            WebSocketPeer silent = server.connect("/ws");
            WebSocketPeer publisher = server.connect("/raw/stalled");
            String payload = "s".repeat(60_000);
            for (int i = 0; i < 100; i++) {
                publisher.sendText(payload).expectText(payload);
            }
            done(server.stop());
            silent.expectClose(1001);
            silent.expectEof();
            stalled.vanish();
            publisher.close();
        }
    }

    private static void done(Future<Void> stopped) throws Exception {
        stopped.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
