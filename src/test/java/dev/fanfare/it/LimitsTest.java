package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each bound at its edge, and what happens beyond: it costs the offender, and nobody else. */
class LimitsTest {
    private static final int BURST = 5;

    /** More than the burst, and what is due in any time that the test may take. */
    private static final int MESSAGES = 100;

    @Test
    void theSubscriptionBeyondTheBoundIsRefusedAndTheOthersStay() {
        try (Instance server = Instance.start("session.max-subscriptions=2");
                WebSocketPeer peer = server.connect("/ws")) {
            peer.sendText("{\"type\":\"subscribe\",\"channels\":[\"a\",\"b\",\"c\"],\"id\":1}");
            assertThat(peer.text())
                    .contains("{\"type\":\"subscribed\",\"channel\":\"b\"}")
                    .contains("{\"type\":\"error\",\"channel\":\"c\",\"code\":\"limit_exceeded\"");
            peer.sendText("{\"type\":\"subscribe\",\"channel\":\"a\",\"id\":2}");
            assertThat(peer.text()).contains("subscribed").contains("\"id\":2");
            peer.sendText("{\"type\":\"unsubscribe\",\"channel\":\"a\",\"id\":3}");
            assertThat(peer.text()).contains("unsubscribed");
            peer.sendText("{\"type\":\"subscribe\",\"channel\":\"c\",\"id\":4}");
            assertThat(peer.text()).contains("\"subscribed\"").contains("\"id\":4");
            assertThat(server.metric("fanfare_limited_total{limit=\"subscriptions\"}"))
                    .isEqualTo(1);
        }
    }

    /** A message more is due with each second that passes meanwhile. */
    @Test
    void messagesBeyondTheRateAreAnsweredOnJsonAndEndARawSocket() {
        try (Instance server = Instance.start("session.message-rate=1", "session.message-burst=5");
                WebSocketPeer bystander = server.connect("/ws")) {
            WebSocketPeer json = server.connect("/ws");
            long start = System.nanoTime();
            json.send(messages(i -> "{\"type\":\"ping\",\"id\":" + i + "}"));
            int answered = 0;
            for (int i = 0; i < MESSAGES; i++) {
                String answer = json.text();
                assertThat(answer).contains("\"id\":" + i + ",");
                if (answer.contains("\"pong\"")) {
                    answered++;
                } else {
                    assertThat(i).as("the burst is granted at once").isGreaterThanOrEqualTo(BURST);
                    assertThat(answer).contains("\"code\":\"rate_limited\"");
                }
            }
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            assertThat((long) answered).isBetween((long) BURST, BURST + seconds);
            WebSocketPeer raw = server.connect("/");
            raw.send(messages(String::valueOf));
            Frame last = raw.frame();
            while (last.opcode() == Frame.TEXT) {
                last = raw.frame();
            }
            assertThat(last.closeCode()).isEqualTo(1008);
            assertThat(last.closeReason()).isEqualTo("rate_limited");
            bystander.expectNothingBeforePong();
            int least = MESSAGES - answered + 1;
            Eventually.holds(() -> {
                double dropped = server.metric("fanfare_dropped_total{reason=\"rate_limited\"}");
                assertThat(dropped)
                        .as("with those that came behind the one that the raw socket was closed for")
                        .isGreaterThanOrEqualTo(least)
                        .isEqualTo(server.metric("fanfare_limited_total{limit=\"message_rate\"}"));
            });
            json.close();
            raw.close();
        }
    }

    private static Frame[] messages(IntFunction<String> text) {
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> Frame.text(text.apply(i)))
                .toArray(Frame[]::new);
    }

    @Test
    void aFullInstanceRefusesAndTakesTheNextWhenSomebodyLeaves() throws Exception {
        SharedInstance server = SharedInstance.with("server.max-connections=2").start();
        try {
            WebSocketPeer first = server.connect("/");
            server.connect("/ws");
            Response refused = server.answer(UpgradeRequest.to(server.port(), "/"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotBlank();
            first.leave();
            server.awaitClients(1);
            awaitAdmission(server).sendText("in").expectText("in");
            server.settle();
        } finally {
            server.stop();
        }
    }

    @Test
    void oneAddressMayNotTakeEverything() throws Exception {
        SharedInstance server =
                SharedInstance.with("server.max-connections-per-address=2").start();
        try {
            WebSocketPeer first = server.connect("/");
            server.connect("/ws");
            assertThat(server.answer(UpgradeRequest.to(server.port(), "/ws")).status())
                    .isEqualTo(429);
            first.vanish();
            server.awaitClients(1);
            awaitAdmission(server).sendText("in").expectText("in");
            server.settle();
        } finally {
            server.stop();
        }
    }

    /** Connects as soon as there is a place: it is free when TCP has ended, which no client and no figure sees. */
    private static WebSocketPeer awaitAdmission(SharedInstance server) {
        UpgradeRequest request = UpgradeRequest.to(server.port(), "/");
        return await().atMost(Wire.PATIENCE)
                .until(
                        () -> {
                            HttpPeer http = server.keep(HttpPeer.to(server.port()));
                            return http.send(request.text()).responseHead().status() == 101
                                    ? Optional.of(http.upgraded())
                                    : Optional.<WebSocketPeer>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void broadcastsMayBeForbidden() {
        try (Instance server = Instance.start("broadcast.publish=nobody");
                WebSocketPeer peer = server.connect("/ws")) {
            peer.sendText("{\"type\":\"publish\",\"data\":1,\"id\":1}");
            assertThat(peer.text()).contains("\"code\":\"unauthorised\"").contains("\"id\":1");
            peer.expectNothingBeforePong();
        }
    }

    @Test
    void theRawRelayMayBeElsewhereOrNowhere() {
        try (Instance server = Instance.start("raw.path=/relay", "raw.channel=lobby");
                WebSocketPeer raw = server.connect("/relay");
                WebSocketPeer same = server.connect("/raw/lobby")) {
            raw.sendText("hello").expectText("hello");
            same.expectText("hello");
        }
        try (Instance server = Instance.start("raw.enabled=false")) {
            for (String path : new String[] {"/", "/raw/a"}) {
                Response answer = WebSocketPeer.to(server.port())
                        .http()
                        .send(UpgradeRequest.to(server.port(), path).text())
                        .response();
                assertThat(answer.status()).as(path).isEqualTo(404);
            }
        }
    }
}
