package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that are as they should be, in every shape that the RFCs allow, and what comes right behind them. */
class HandshakeTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static void accepts(UpgradeRequest request) {
        SERVER.connect(request).expectNothingBeforePong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void answersWithExactlyWhatTheRfcAsksFor(String path) {
        Response response = SERVER.answer(SERVER.upgrade(path));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
        assertThat(response.header("Connection")).isEqualToIgnoringCase("Upgrade");
        assertThat(response.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(response.headers())
                .doesNotContainKeys(
                        "sec-websocket-extensions", "sec-websocket-protocol", "content-length", "transfer-encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "WebSocket", "WEBSOCKET"})
    void takesTheUpgradeTokenInAnyCase(String token) {
        accepts(SERVER.upgrade("/").replacing("Upgrade", token));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade",
                "upgrade",
                "UPGRADE",
                "keep-alive, Upgrade",
                "Upgrade, keep-alive",
                "keep-alive,Upgrade",
                "foo , upgrade ,bar"
            })
    void takesAConnectionThatListsTheUpgradeAmongOthers(String tokens) {
        accepts(SERVER.upgrade("/").replacing("Connection", tokens));
    }

    @Test
    void takesAConnectionListInTwoHeaders() {
        accepts(SERVER.upgrade("/").replacing("Connection", "keep-alive").with("Connection", "Upgrade"));
    }

    @Test
    void takesHeaderNamesInAnyCase() {
        String text = SERVER.upgrade("/").text();
        for (String spelled : new String[] {
            text.replace("Sec-WebSocket", "sec-websocket")
                    .replace("Host", "host")
                    .replace("Upgrade:", "upgrade:")
                    .replace("Connection:", "connection:"),
            text.replace("Sec-WebSocket-Key", "SEC-WEBSOCKET-KEY").replace("Host", "HOST")
        }) {
            assertThat(SERVER.answer(spelled).status()).isEqualTo(101);
        }
    }

    @Test
    void takesSpaceAroundValues() {
        String text =
                SERVER.upgrade("/").text().replace(": ", ":   ").replace(UpgradeRequest.KEY, UpgradeRequest.KEY + "  ");
        assertThat(SERVER.answer(text).status()).isEqualTo(101);
    }

    @Test
    void takesNoSpaceBeforeValues() {
        assertThat(SERVER.answer(SERVER.upgrade("/").text().replace(": ", ":")).status())
                .isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws", "/raw/conformance"})
    void takesARequestTargetInAbsoluteForm(String path) {
        accepts(SERVER.upgrade(path).target("http://localhost:" + SERVER.port() + path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/?a=b", "/?", "/ws?token=1&x=%20", "/raw/conformance?x=/y"})
    void takesAQueryAndDoesNotMindIt(String target) {
        accepts(SERVER.upgrade(target));
    }

    @Test
    void takesAKeyWhoseBytesAreAllZero() {
        Response response =
                SERVER.answer(SERVER.upgrade("/").replacing("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Sec-WebSocket-Accept"))
                .isEqualTo(UpgradeRequest.accept("AAAAAAAAAAAAAAAAAAAAAA=="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-webkit-deflate-frame", "foo; bar=1", "bbf-usp-protocol"})
    void declinesAnExtensionThatItDoesNotKnow(String extension) {
        Response response = SERVER.answer(SERVER.upgrade("/").with("Sec-WebSocket-Extensions", extension));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
    }

    @Test
    void takesARequestThatComesByteByByte() {
        HttpPeer http = SERVER.http();
        for (byte b : SERVER.upgrade("/").text().getBytes(StandardCharsets.US_ASCII)) {
            http.send(new byte[] {b});
        }
        assertThat(http.response().status()).isEqualTo(101);
        http.upgraded().expectNothingBeforePong();
    }

    @RepeatedTest(20)
    void takesFramesThatComeInTheSegmentOfTheRequest() {
        WebSocketPeer peer = upgradedTogetherWith(
                "/", Frame.encodeAll(Frame.text("first"), Frame.binary((byte) 0), Frame.text("last")));
        peer.expectText("first").expectBinary((byte) 0).expectText("last").expectNothingBeforePong();
    }

    @RepeatedTest(5)
    void takesAsManyFramesAsFitBehindTheRequest() {
        var frames = new Frame[300];
        Arrays.setAll(frames, i -> Frame.text("message " + i));
        WebSocketPeer peer = upgradedTogetherWith("/", Frame.encodeAll(frames));
        Arrays.stream(frames).forEach(peer::expect);
    }

    @RepeatedTest(5)
    void takesALongFrameBehindTheRequest() {
        var frame = Frame.binary(Samples.binary(65536));
        upgradedTogetherWith("/", frame.encode()).expect(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 7, 10})
    void takesAFrameOfWhichAPartComesBehindTheRequest(int part) {
        byte[] bytes = Frame.text("in two").encode();
        upgradedTogetherWith("/", Arrays.copyOf(bytes, part))
                .sendBytes(Arrays.copyOfRange(bytes, part, bytes.length))
                .expectText("in two");
    }

    @Test
    void takesACommandBehindTheRequest() {
        WebSocketPeer peer =
                upgradedTogetherWith("/ws", Frame.text("{\"type\":\"ping\"}").encode());
        assertThat(peer.text()).contains("\"pong\"");
    }

    @Test
    void answersAPingAndACloseBehindTheRequest() {
        upgradedTogetherWith("/", Frame.encodeAll(Frame.ping("p"), Frame.close(1001)))
                .expect(Frame.pong(Samples.utf8("p")))
                .expectCloseAndEof(1001);
    }

    @RepeatedTest(5)
    void refusesAViolationBehindTheRequest() {
        upgradedTogetherWith("/", Frame.of(3).encode()).expectCloseAndEof(1002);
        upgradedTogetherWith("/", Frame.text((byte) 0xff).encode()).expectCloseAndEof(1007);
        upgradedTogetherWith("/", Frame.binary(Samples.binary(70_000)).encode()).expectCloseAndEof(1009);
    }

    @Test
    void takesARequestBehindTheUpgradeForTheFramesThatItCannotBe() {
        upgradedTogetherWith("/", SERVER.upgrade("/").text().getBytes(StandardCharsets.US_ASCII))
                .expectCloseAndEof(1002);
    }

    @Test
    void forgetsAPeerThatVanishesRightBehindItsRequest() {
        for (int i = 0; i < 50; i++) {
            HttpPeer http = SERVER.http();
            http.send(Samples.join(
                    SERVER.upgrade("/").text().getBytes(StandardCharsets.US_ASCII),
                    Frame.text("bye").encode()));
            http.wire().reset();
        }
        SERVER.connect("/raw/elsewhere").expectNothingBeforePong();
    }

    @ParameterizedTest
    @CsvSource({"GET, 404", "OPTIONS, 404"})
    void upgradesBehindAPlainRequestOfTheSameSegment(String method, int status) {
        HttpPeer http = SERVER.http();
        String plain = method + " /nothing-here HTTP/1.1\r\nHost: localhost:" + SERVER.port() + "\r\n\r\n";
        http.send(plain + plain + SERVER.upgrade("/").text());
        assertThat(http.response().status()).isEqualTo(status);
        assertThat(http.response().status()).isEqualTo(status);
        assertThat(http.response().status()).isEqualTo(101);
        http.upgraded().expectNothingBeforePong();
    }

    @Test
    void upgradesBehindARefusedUpgrade() {
        HttpPeer http = SERVER.http();
        http.send(SERVER.upgrade("/").replacing("Sec-WebSocket-Version", "8").text());
        Response refused = http.response();
        assertThat(refused.status()).isEqualTo(426);
        if (!refused.header("Connection").toLowerCase(Locale.ROOT).contains("close")) {
            http.send(SERVER.upgrade("/").text());
            assertThat(http.response().status()).isEqualTo(101);
            http.upgraded().expectNothingBeforePong();
        }
    }

    private static WebSocketPeer upgradedTogetherWith(String path, byte[] frames) {
        HttpPeer http = SERVER.http();
        http.send(Samples.join(SERVER.upgrade(path).text().getBytes(StandardCharsets.US_ASCII), frames));
        assertThat(http.response().status()).isEqualTo(101);
        return http.upgraded();
    }
}
