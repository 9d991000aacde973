package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import org.junit.jupiter.api.Test;

/** The figures, to the unit, for an exchange that is known. */
class MetricsTest {
    @Test
    void everyFigureIsTrueForAKnownExchange() {
        try (Instance server = Instance.start("server.event-loops=1")) {
            WebSocketPeer raw = server.connect("/raw/m");
            WebSocketPeer other = server.connect("/raw/m");
            WebSocketPeer json = server.connect("/ws");
            json.sendText("{\"type\":\"subscribe\",\"channels\":[\"m\",\"n\"],\"id\":1}");
            json.text();
            raw.sendText("12345").expectText("12345");
            other.expectText("12345");
            json.text();
            json.sendText("{\"type\":\"publish\",\"data\":99,\"id\":2}");
            json.text();
            json.text();
            raw.expectText("99");
            other.expectText("99");
            await().atMost(Wire.PATIENCE).untilAsserted(() -> {
                assertThat(server.metric("fanfare_connected_clients{protocol=\"raw\"}"))
                        .isEqualTo(2);
                assertThat(server.metric("fanfare_connected_clients{protocol=\"json\"}"))
                        .isEqualTo(1);
                assertThat(server.metric("fanfare_messages_total")).isEqualTo(2);
                assertThat(server.metric("fanfare_deliveries_total")).isEqualTo(6);
                assertThat(server.metric("fanfare_message_bytes_total{direction=\"in\"}"))
                        .isEqualTo(7);
                assertThat(server.metric("fanfare_delivery_seconds_count")).isEqualTo(2);
                assertThat(server.metric("fanfare_channels")).isEqualTo(2);
                assertThat(server.metric("fanfare_subscriptions")).isEqualTo(4);
            });
            raw.vanish();
            other.leave();
            json.leave();
            await().atMost(Wire.PATIENCE).untilAsserted(() -> {
                for (String gauge : new String[] {"connected_clients", "channels", "subscriptions", "queued_bytes"}) {
                    assertThat(server.metric("fanfare_" + gauge)).as(gauge).isZero();
                }
                assertThat(server.metric("fanfare_connections_total")).isEqualTo(3);
                assertThat(server.metric("fanfare_disconnections_total")).isEqualTo(3);
                assertThat(server.metric("fanfare_disconnections_total{reason=\"lost\"}"))
                        .isEqualTo(1);
                assertThat(server.metric("fanfare_disconnections_total{reason=\"client\"}"))
                        .isEqualTo(2);
            });
        }
    }

    @Test
    void aMessageIsTimedOnceOnEachLoopThatHoldsSubscribers() {
        try (Instance server = Instance.start("server.event-loops=2");
                WebSocketPeer one = server.connect("/");
                WebSocketPeer other = server.connect("/")) {
            one.sendText("hello").expectText("hello");
            other.expectText("hello");
            await().atMost(Wire.PATIENCE)
                    .untilAsserted(() -> assertThat(server.metric("fanfare_delivery_seconds_count"))
                            .as("loops, which share the port that the system chose")
                            .isEqualTo(2));
        }
    }

    @Test
    void refusalsAreCountedByReason() {
        try (Instance server = Instance.start()) {
            assertThat(HttpPeer.get(server.port(), "/nowhere").status()).isEqualTo(404);
            assertThat(HttpPeer.get(server.port(), "/ws").status()).isEqualTo(426);
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"path\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"no_upgrade\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void metricsCanBeSwitchedOffAndTheProbesStay() {
        try (Instance server = Instance.start("metrics.enabled=false")) {
            assertThat(HttpPeer.get(server.metricsPort(), "/metrics").status()).isEqualTo(404);
            assertThat(HttpPeer.get(server.metricsPort(), "/live").status()).isEqualTo(200);
            assertThat(HttpPeer.get(server.metricsPort(), "/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void everyMeterOfOursHasADescription() {
        try (Instance server = Instance.start();
                WebSocketPeer peer = server.connect("/")) {
            peer.sendText("x").expectText("x");
            String text = Exposition.scrape(server.metricsPort()).text();
            assertThat(text.lines()
                            .filter(line -> line.startsWith("# TYPE fanfare_"))
                            .map(line -> line.split(" ", 4)[2]))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(text).containsPattern("# HELP " + name + " \\w+"));
        }
    }
}
