package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that break a rule of RFC 6455, section 4.2.1, or of HTTP. */
class BadHandshakeTest {

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static void refuses(UpgradeRequest request, Integer... statuses) {
        refuses(request.text(), statuses);
    }

    private static void refuses(String request, Integer... statuses) {
        Response response = SERVER.answer(request);
        assertThat(response.status()).as("%s", response).isIn((Object[]) statuses);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void refusesHttp10(String path) {
        refuses(SERVER.upgrade(path).version("HTTP/1.0"), 400, 426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/1.1x", "HTCPCP/1.0"})
    void refusesAnyOtherVersionOfHttp(String version) {
        refuses(SERVER.upgrade("/").version(version), 400, 426, 501, 505);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "DELETE", "get", "Get", "BREW"})
    void refusesAnyMethodButGet(String method) {
        refuses(SERVER.upgrade("/").method(method), 400, 405, 501);
        refuses(SERVER.upgrade("/ws").method(method), 400, 405, 501);
    }

    @Test
    void refusesARequestWithoutHost() {
        refuses(SERVER.upgrade("/").without("Host"), 400);
        refuses(SERVER.upgrade("/ws").without("Host"), 400);
    }

    @Test
    void refusesTwoHosts() {
        refuses(SERVER.upgrade("/").with("Host", "localhost:" + SERVER.port()), 400);
        refuses(SERVER.upgrade("/").with("Host", "elsewhere.example"), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "user@localhost", "local/host", "localhost:port", "localhost:99999"})
    void refusesAHostThatIsNone(String host) {
        refuses(SERVER.upgrade("/").replacing("Host", host), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesARequestWithoutKey(String path) {
        refuses(SERVER.upgrade(path).without("Sec-WebSocket-Key"), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "dGhlIHNhbXBsZSBub25j", // 15 bytes
                "dGhlIHNhbXBsZSBub25jZXM=", // 17 bytes
                "dGhlIHNhbXBsZSBub25jZXM1", // 18 bytes
                "dGhlIHNhbXBsZSBub25jZQ", // no padding
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==",
                "dGhlIHNhbXBs!SBub25jZQ==",
                "dGhlIHNhbXBsZS-_b25jZQ==", // base64url
                "dGhlIHNhbXBs ZSBub25jZQ==",
                "======================dd",
                "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="
            })
    void refusesAKeyThatIsNot16BytesInBase64(String key) {
        refuses(SERVER.upgrade("/").replacing("Sec-WebSocket-Key", key), 400);
    }

    @Test
    void refusesTwoKeys() {
        refuses(SERVER.upgrade("/").with("Sec-WebSocket-Key", UpgradeRequest.KEY), 400);
        refuses(SERVER.upgrade("/").with("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h2c", "websockets", "web socket", "TLS/1.0", "\"websocket\""})
    void refusesAnotherUpgrade(String token) {
        refuses(SERVER.upgrade("/ws").replacing("Upgrade", token), 400, 426);
        refuses(SERVER.upgrade("/raw/conformance").replacing("Upgrade", token), 400, 426);
    }

    @Test
    void asksForTheUpgradeWhereThereIsNone() {
        Response response = SERVER.answer(SERVER.upgrade("/ws").without("Upgrade"));
        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "close", "keep-alive", "upgrades", "up grade", "Sec-WebSocket-Key"})
    void refusesAConnectionThatDoesNotListTheUpgrade(String tokens) {
        refuses(SERVER.upgrade("/ws").replacing("Connection", tokens), 400, 426);
        refuses(SERVER.upgrade("/raw/conformance").replacing("Connection", tokens), 400, 426);
    }

    @Test
    void refusesARequestWithoutConnection() {
        refuses(SERVER.upgrade("/ws").without("Connection"), 400, 426);
        refuses(SERVER.upgrade("/raw/conformance").without("Connection"), 400, 426);
    }

    @ParameterizedTest
    @CsvSource({"/, 0", "/, 7", "/, 8", "/, 12", "/, 14", "/, 25", "/, 255", "/ws, 8", "/raw/conformance, 8"})
    void asksForVersion13InPlaceOfAnother(String path, String version) {
        Response response = SERVER.answer(SERVER.upgrade(path).replacing("Sec-WebSocket-Version", version));
        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Sec-WebSocket-Version")).isEqualTo("13");
        assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "013", "13.0", "-13", "+13", "1 3", "256", "99999999999999999999"})
    void refusesAVersionThatIsNone(String version) {
        refuses(SERVER.upgrade("/").replacing("Sec-WebSocket-Version", version), 400, 426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void asksForVersion13WhereThereIsNone(String path) {
        Response response = SERVER.answer(SERVER.upgrade(path).without("Sec-WebSocket-Version"));
        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Sec-WebSocket-Version")).isEqualTo("13");
        assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"13", "8"})
    void refusesTwoVersions(String second) {
        refuses(SERVER.upgrade("/").with("Sec-WebSocket-Version", second), 400, 426);
        refuses(SERVER.upgrade("/").replacing("Sec-WebSocket-Version", "13, " + second), 400, 426);
    }

    @Test
    void refusesABody() {
        refuses(SERVER.upgrade("/").with("Content-Length", "5").text() + "hello", 400);
        refuses(SERVER.upgrade("/").with("Transfer-Encoding", "chunked").text() + "5\r\nhello\r\n0\r\n\r\n", 400);
        refuses(SERVER.upgrade("/ws").with("Content-Length", "5").text() + "hello", 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "5, 5", "5x", "99999999999999999999"})
    void refusesALengthThatIsNone(String length) {
        refuses(SERVER.upgrade("/").with("Content-Length", length), 400, 413);
    }

    @Test
    void refusesTwoLengths() {
        refuses(
                SERVER.upgrade("/")
                                .with("Content-Length", "0")
                                .with("Content-Length", "5")
                                .text() + "hello",
                400);
    }

    @Test
    void refusesALengthBesideChunks() {
        refuses(
                SERVER.upgrade("/")
                                .with("Content-Length", "5")
                                .with("Transfer-Encoding", "chunked")
                                .text()
                        + "0\r\n\r\n",
                400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Space-Behind : name",
                "no colon here",
                ": no name",
                "X-Nul: a\0b",
                "X Y: space in the name",
                "X-Cr: a\rb"
            })
    void refusesAHeaderThatIsNone(String header) {
        refuses(SERVER.upgrade("/").text().replace("Upgrade: ", header + "\r\nUpgrade: "), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "GET /", "/ HTTP/1.1", "hello there you", "\u0016\u0003\u0001 \u0002 \u0000"})
    void refusesARequestLineThatIsNone(String line) {
        refuses(line + "\r\nHost: localhost\r\n\r\n", 400, 501, 505);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "localhost:80", "nothing", "", "?x"})
    void refusesATargetThatIsNoPath(String target) {
        refuses(SERVER.upgrade("/").target(target), 400, 404);
    }

    @Test
    void staysUpAfterAllThat() {
        SERVER.connect("/").sendText("still here").expectText("still here");
    }
}
