package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who posts too much, which no session counts: the address does. A message a second is due, or a byte: less than any test waits for. */
class PostedRateTest {
    private static final String PROXIED = "server.trusted-proxies=127.0.0.1";

    @Test
    void whatOneAddressPostsHasTheMessageRateOfASession() {
        try (Instance server = Instance.start(PROXIED, "session.message-rate=1", "session.message-burst=3")) {
            int limited = 0;
            for (int i = 0; i < 20; i++) {
                Response answer = post(server, "192.0.2.1", "{\"type\":\"ping\",\"id\":" + i + "}");
                assertThat(answer.body()).contains("\"id\":" + i);
                if (answer.status() != 200) {
                    assertThat(i).as("the burst is granted at once").isGreaterThanOrEqualTo(3);
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(answer.body()).contains("\"code\":\"rate_limited\"");
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                    limited++;
                }
            }
            assertThat(limited).isPositive();
            assertThat(server.metric("fanfare_limited_total{limit=\"message_rate\"}"))
                    .isEqualTo(limited);
            assertThat(server.metric("fanfare_dropped_total{reason=\"rate_limited\"}"))
                    .isEqualTo(limited);
            assertThat(post(server, "192.0.2.2", "{\"type\":\"ping\"}").status())
                    .as("another address")
                    .isEqualTo(200);
            try (WebSocketPeer session = server.connect("/ws")) {
                session.sendText("{\"type\":\"ping\"}");
                assertThat(session.text()).contains("pong");
            }
        }
    }

    @Test
    void whatOneAddressPostsHasTheByteRateOfASession() {
        try (Instance server =
                Instance.start("server.max-message-size=1KiB", "session.byte-rate=1B", "session.byte-burst=1KiB")) {
            String large = "{\"type\":\"ping\"}" + " ".repeat(3_000);
            assertThat(post(server, "", large).status())
                    .as("more than the burst, but not than a body may have")
                    .isEqualTo(200);
            Response answer = post(server, "", "{\"type\":\"ping\"}");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body()).contains("more than 1 bytes of messages a second");
            assertThat(server.metric("fanfare_limited_total{limit=\"byte_rate\"}"))
                    .isEqualTo(1);
        }
    }

    /** Each may show another credential, and to look at that is what a handshake costs. */
    @Test
    void requestsForStreamsAndPostsAreHandshakes() {
        try (Instance server = Instance.start(
                PROXIED, "server.handshake-rate-per-address=1", "server.handshake-burst-per-address=2")) {
            refusedBeyondTwo(() -> open(server, "192.0.2.1"), 429);
            refusedBeyondTwo(() -> post(server, "192.0.2.2", "{\"type\":\"ping\"}"), 429);
        }
        try (Instance server = Instance.start("server.handshake-rate=1", "server.handshake-burst=2")) {
            refusedBeyondTwo(() -> open(server, ""), 503);
        }
    }

    /** One more is due with each second that passes meanwhile. */
    private static void refusedBeyondTwo(Supplier<Response> request, int status) {
        int accepted = 0;
        Response answer = request.get();
        for (; answer.status() == 200 && accepted < 60; answer = request.get()) {
            accepted++;
        }
        assertThat(accepted).isBetween(2, 59);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    private static Response open(Instance server, String address) {
        try (HttpPeer http = HttpPeer.to(server.port())) {
            String request = EventStreamPeer.request(server.port(), "?channel=a", forwardedFor(address));
            return http.send(request).responseHead();
        }
    }

    private static Response post(Instance server, String address, String body) {
        String headers = forwardedFor(address).entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        try (HttpPeer http = HttpPeer.to(server.port())) {
            return http.send("POST /sse HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
                            .formatted(headers, body.length(), body))
                    .response();
        }
    }

    private static Map<String, String> forwardedFor(String address) {
        return address.isEmpty() ? Map.of() : Map.of("X-Forwarded-For", address);
    }
}
