package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who shakes hands too often, alone or with all others. */
class HandshakeRateTest {
    private static final int BURST = 5;

    /** More than the burst, and what is due in any time that the test may take. */
    private static final int HANDSHAKES = 60;

    @Test
    void whoShakesHandsTooOftenIsToldAndUsesUpNothingOfAll() {
        try (Instance server = Instance.start(
                        "server.handshake-rate-per-address=1",
                        "server.handshake-burst-per-address=5",
                        "server.handshake-rate=1",
                        "server.handshake-burst=12");
                Bystander bystander = Bystander.of(server.port())) {
            int accepted = acceptedOf(server, BURST, 429, System.nanoTime());
            bystander.expectUndisturbed();
            try (Bystander another = Bystander.of(server.port())) {
                another.expectUndisturbed();
            }
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"address_rate\"}"))
                    .isEqualTo(HANDSHAKES - accepted);
            assertThat(server.metric("fanfare_handshakes_rejected_total")).isEqualTo(HANDSHAKES - accepted);
        }
    }

    @Test
    void beyondTheRateOfAllWhoIsConnectedNoticesNothing() {
        long start = System.nanoTime();
        try (Instance server = Instance.start("server.handshake-rate=1", "server.handshake-burst=6");
                Bystander bystander = Bystander.of(server.port())) {
            int accepted = acceptedOf(server, BURST, 503, start);
            bystander.expectUndisturbed();
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"handshake_rate\"}"))
                    .isEqualTo(HANDSHAKES - accepted);
        }
    }

    @Test
    void whatIsNoHandshakeIsNotCounted() {
        try (Instance server =
                Instance.start("server.handshake-rate-per-address=1", "server.handshake-burst-per-address=1")) {
            for (int i = 0; i < 10; i++) {
                assertThat(HttpPeer.get(server.port(), "/").status()).isEqualTo(200);
                assertThat(status(server, UpgradeRequest.to(server.port(), "/nowhere")))
                        .isEqualTo(404);
            }
            assertThat(status(server, UpgradeRequest.to(server.port(), "/"))).isEqualTo(101);
        }
    }

    /** How many of the handshakes are accepted: so many of the burst at once, and one more for each second that has passed since. */
    private static int acceptedOf(Instance server, int burst, int refusal, long start) {
        int accepted = 0;
        for (int i = 0; i < HANDSHAKES; i++) {
            try (HttpPeer http = HttpPeer.to(server.port())) {
                Response answer = http.send(
                                UpgradeRequest.to(server.port(), "/ws").text())
                        .responseHead();
                if (answer.status() == 101) {
                    accepted++;
                } else {
                    assertThat(i).as("the burst is granted at once").isGreaterThanOrEqualTo(burst);
                    assertThat(answer.status()).isEqualTo(refusal);
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                }
            }
        }
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        assertThat((long) accepted).isBetween((long) burst, burst + seconds);
        return accepted;
    }

    private static int status(Instance server, UpgradeRequest request) {
        try (HttpPeer http = WebSocketPeer.to(server.port()).http()) {
            return http.send(request.text()).responseHead().status();
        }
    }
}
