package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may take: its bytes, and its time. */
class RequestBoundsTest {
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;

    /** For requests that are answered, however slow the machine is. */
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("server.handshake-timeout=1m");

    /** For peers that are cut, whatever they manage to say before that. */
    @RegisterExtension
    static final SharedInstance HASTY = SharedInstance.with("server.handshake-timeout=300ms", ApiClient.SETTING);

    /** For peers that are cut, but have something to do before: longer than a thread of a busy machine may stand still. */
    @RegisterExtension
    static final SharedInstance PATIENT = SharedInstance.with("server.handshake-timeout=4s");

    @ParameterizedTest
    @ValueSource(ints = {20_000, 100_000, 1_000_000})
    void refusesAGiantRequestLine(int length) {
        expectStatus(SERVER.upgrade("/" + "x".repeat(length)).text(), URI_TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 100_000, 1_000_000})
    void refusesAGiantHeader(int length) {
        expectStatus(SERVER.upgrade("/").with("X-Giant", "x".repeat(length)).text(), HEADERS_TOO_LARGE);
    }

    @Test
    void refusesAGiantHeaderName() {
        expectStatus(SERVER.upgrade("/").with("x".repeat(20_000), "giant").text(), HEADERS_TOO_LARGE);
    }

    @Test
    void refusesTooManyHeaders() {
        UpgradeRequest request = SERVER.upgrade("/");
        Stream<String> many = IntStream.range(0, 5000).mapToObj(i -> "X-" + i + ": many\r\n");
        String text = request.text();
        expectStatus(
                text.substring(0, text.length() - 2) + many.collect(Collectors.joining()) + "\r\n", HEADERS_TOO_LARGE);
    }

    private static void expectStatus(String request, int status) {
        HttpPeer http = SERVER.http();
        http.wire().tryWrite(Samples.utf8(request));
        Response response = http.response();
        assertThat(response.status()).isEqualTo(status);
    }

    @Test
    void takesARequestWithSixtyHeaders() {
        UpgradeRequest request = SERVER.upgrade("/");
        for (int i = 0; i < 60; i++) {
            request = request.with("X-Header-" + i, "a value as long as many a cookie is, or so one hopes");
        }
        SERVER.connect(request).expectNothingBeforePong();
    }

    @Test
    void cutsAPeerThatSaysNothing() {
        expectCut(HASTY.http());
    }

    static Stream<String> beginnings() {
        return Stream.of(
                "G",
                "GET / HTTP/1.1",
                "GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgr",
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n",
                "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n");
    }

    @ParameterizedTest
    @MethodSource("beginnings")
    void cutsAPeerThatStopsWithinItsRequest(String beginning) {
        expectCut(HASTY.http().send(beginning));
    }

    @Test
    void cutsAPeerThatTricklesHeaders() {
        expectCutThoughItTrickles(HASTY.http().send("GET / HTTP/1.1\r\nHost: localhost\r\n"), "X: y\r\n");
    }

    @Test
    void cutsAPeerThatTricklesOneHeader() {
        expectCutThoughItTrickles(HASTY.http().send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "), "x");
    }

    @Test
    void cutsAPeerThatTricklesEmptyLines() {
        expectCutThoughItTrickles(HASTY.http(), "\r\n");
    }

    @Test
    void cutsAPeerThatStaysIdleBehindAPlainRequest() {
        HttpPeer http = PATIENT.http().send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(http.response().status()).isEqualTo(404);
        expectCut(http);
    }

    @Test
    void cutsAPeerThatStopsWithinASecondRequest() {
        HttpPeer http = PATIENT.http().send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(http.response().status()).isEqualTo(404);
        expectCut(http.send("GET / HTTP/1.1\r\nHo"));
    }

    @Test
    void cutsAPeerThatTricklesABody() {
        expectCutThoughItTrickles(
                HASTY.http()
                        .send(ApiClient.request(HASTY.port(), "POST", "/api/v1/publish", "")
                                .replace("Content-Length: 0", "Content-Length: 60000")),
                " ");
    }

    /** By when the silent one is cut, the time that a connection has for its first request is over. */
    @Test
    void leavesAPeerAloneThatGoesOnAsking() {
        String request = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
        HttpPeer busy = PATIENT.http();
        HttpPeer silent = PATIENT.http();
        for (int next = Wire.NOTHING_YET;
                next == Wire.NOTHING_YET;
                next = silent.wire().read(Duration.ofMillis(100))) {
            assertThat(busy.send(request).response().status()).isEqualTo(404);
        }
        assertThat(busy.send(request).response().status()).isEqualTo(404);
        expectCut(busy);
    }

    /** By when the silent one is cut, the time for the older one's handshake is over too. */
    @Test
    void leavesAPeerAloneOnceItIsUpgraded() {
        WebSocketPeer upgraded = PATIENT.connect("/");
        upgraded.expectNothingBeforePong();
        expectCut(PATIENT.http());
        upgraded.sendText("still here").expectText("still here");
    }

    /** Expects the end, or an answer that says why, and the end behind it. */
    private static void expectCut(HttpPeer http) {
        int next = http.wire().read(Wire.PATIENCE);
        while (next >= 0) {
            next = http.wire().read(Wire.PATIENCE);
        }
        assertThat(next).isEqualTo(Wire.END);
    }

    private static void expectCutThoughItTrickles(HttpPeer http, String drop) {
        long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
        int next = Wire.NOTHING_YET;
        while (next != Wire.END) {
            assertThat(System.nanoTime())
                    .as("the trickling peer is cut in time")
                    .isLessThan(deadline);
            http.wire().tryWrite(Samples.utf8(drop));
            next = http.wire().read(Duration.ofMillis(20));
        }
    }
}
