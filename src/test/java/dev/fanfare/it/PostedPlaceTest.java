package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Identity;
import dev.fanfare.auth.Plugins;
import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.Promise;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A request that posts takes a place, like any other connection, and holds nothing before its client is known. */
class PostedPlaceTest {
    private static final String PING = "{\"type\":\"ping\"}";

    private static HttpPeer begin(Instance server, String... headers) {
        String further = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return HttpPeer.to(server.port())
                .send("POST /sse HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%s\r\n"
                        .formatted(PING.length(), further));
    }

    private static Response post(Instance server) {
        try (HttpPeer http = begin(server).send(PING)) {
            return http.response();
        }
    }

    private static void awaitBegun(HttpPeer http) {
        assertThat(http.responseHead().status())
                .as("the body is asked for, so the place is taken")
                .isEqualTo(100);
    }

    @Test
    void holdsAPlaceUntilItIsAnsweredAndNotAsLongAsItsConnection() {
        try (Instance server = Instance.start("server.max-connections=1");
                HttpPeer first = begin(server, "Expect: 100-continue")) {
            awaitBegun(first);
            Response refused = post(server);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).isEqualTo("too many connections\n");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(first.send(PING).response().status()).isEqualTo(200);
            assertThat(post(server).status()).isEqualTo(200);
            try (WebSocketPeer session = server.connect("/ws")) {
                session.sendText(PING);
                assertThat(session.text()).contains("pong");
                assertThat(post(server).status()).as("beside a session").isEqualTo(503);
            }
        }
    }

    @Test
    void hasTheBoundOnTheConnectionsOfAnAddress() {
        try (Instance server = Instance.start("server.max-connections-per-address=1");
                HttpPeer first = begin(server, "Expect: 100-continue")) {
            awaitBegun(first);
            assertThat(post(server).status()).isEqualTo(429);
        }
    }

    @Test
    void givesItsPlaceBackOnceWhenItsClientGoesAway() {
        try (Instance server = Instance.start("server.max-connections=1")) {
            for (int i = 0; i < 2; i++) {
                try (HttpPeer leaving = begin(server, "Expect: 100-continue")) {
                    awaitBegun(leaving);
                    leaving.send("{").wire().reset();
                }
                Eventually.holds(() -> assertThat(post(server).status()).isEqualTo(200));
            }
            try (HttpPeer only = begin(server, "Expect: 100-continue")) {
                awaitBegun(only);
                assertThat(post(server).status())
                        .as("no place was given back twice")
                        .isEqualTo(503);
            }
        }
    }

    @Test
    void isRefusedWithoutACredentialBeforeItsBodyIsAskedFor() {
        try (Instance server = Instance.start(ApiClient.SETTING, "auth.required=true", "server.max-connections=1")) {
            for (int i = 0; i < 2; i++) {
                try (HttpPeer http = begin(server, "Expect: 100-continue")) {
                    assertThat(http.responseHead().status()).isEqualTo(401);
                }
                try (HttpPeer http = begin(server)) {
                    assertThat(http.response().status()).isEqualTo(401);
                    assertThat(http.send(PING + "GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                    .response()
                                    .status())
                            .as("the next request on the connection")
                            .isEqualTo(426);
                }
            }
        }
    }

    @Test
    void isReadOnlyOnceItsClientIsKnownAndNotAtAllWhereThatOneHasLeft() throws Exception {
        BlockingQueue<Promise<Identity>> asked = new LinkedBlockingQueue<>();
        Plugins slow = new Plugins(
                credentials -> {
                    Promise<Identity> answer = Promise.promise();
                    if (credentials.token() == null) {
                        answer.complete(Identity.ANONYMOUS);
                    } else {
                        asked.add(answer);
                    }
                    return answer.future();
                },
                null);
        try (Instance server = Instance.start(slow, "server.max-connections=1", "auth.timeout=1m")) {
            HttpPeer leaving = begin(server, "Authorization: Bearer slow").send(PING);
            Promise<Identity> late = next(asked);
            assertThat(post(server).status()).as("the place is taken").isEqualTo(503);
            leaving.wire().reset();
            Eventually.holds(() -> assertThat(post(server).status()).isEqualTo(200));
            try (HttpPeer staying = begin(server, "Authorization: Bearer slow", "Expect: 100-continue")) {
                Promise<Identity> decision = next(asked);
                late.complete(Identity.ANONYMOUS);
                assertThat(post(server).status())
                        .as("nothing was given back twice")
                        .isEqualTo(503);
                decision.complete(Identity.ANONYMOUS);
                awaitBegun(staying);
                assertThat(staying.send(PING).response().status()).isEqualTo(200);
            }
            assertThat(post(server).status()).isEqualTo(200);
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }
}
