package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths there are, and what a channel's name in a path may be. */
class AddressTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/ws/", "/ws/x", "/WS", "/rawx", "/raw/a/b", "//", "/ws%2f", "/Raw/a", "/%"})
    void findsNothingElsewhere(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/favicon.ico", "/wss"})
    void answersAnUnknownPathWith404(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isEqualTo(404);
        assertThat(HttpPeer.get(SERVER.port(), path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/raw/conformance"})
    void asksForTheUpgradeOfAPlainGet(String path) {
        Response response = HttpPeer.get(SERVER.port(), path);
        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Upgrade")).isEqualToIgnoringCase("websocket");
        assertThat(response.header("Connection").toLowerCase(Locale.ROOT)).contains("upgrade");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/raw/a%20b",
                "/raw/a%2Fb",
                "/raw/%C3%BC",
                "/raw/a%00",
                "/raw/a+b",
                "/raw/a,b",
                "/raw/a*",
                "/raw/a~b",
                "/raw/a@b",
                "/raw/%25",
                "/raw/%0d%0aX",
                "/raw/a;b",
                "/raw/%"
            })
    void refusesAChannelWithAnInvalidName(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raw/%zz", "/raw/%4", "/raw/a%g0", "/raw/\u00fc"})
    void refusesAChannelThatIsNotEvenAPath(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isEqualTo(400);
    }

    @Test
    void refusesAChannelWithoutAName() {
        assertThat(SERVER.answer(SERVER.upgrade("/raw/")).status()).isIn(400, 404);
        assertThat(SERVER.answer(SERVER.upgrade("/raw")).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource({"1, 101", "255, 101", "256, 101", "257, 400", "2000, 400"})
    void takesAChannelNameOf256Characters(int length, int status) {
        String path = "/raw/" + "n".repeat(length);
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raw/A-Z_a.z:0-9", "/raw/-", "/raw/a:b:c", "/raw/x%3Ay", "/raw/a:1"})
    void takesAChannelWithAValidName(String path) {
        SERVER.connect(path).sendText("in " + path).expectText("in " + path);
    }

    @Test
    void decodesTheNameOfAChannel() {
        WebSocketPeer encoded = SERVER.connect("/raw/%61bc");
        encoded.sendText("one").expectText("one");
        SERVER.connect("/raw/abc").sendText("two").expectText("two");
        encoded.expectText("two");
    }

    @Test
    void keepsChannelsApart() {
        WebSocketPeer first = SERVER.connect("/raw/first");
        WebSocketPeer other = SERVER.connect("/raw/First");
        WebSocketPeer root = SERVER.connect("/");
        root.sendText("to the root").expectText("to the root");
        other.sendText("to the other").expectText("to the other");
        first.sendText("to the first").expectText("to the first");
        other.sendText("again").expectText("again");
        root.sendText("again").expectText("again");
    }

    @Test
    void refusesBinaryWhereCommandsAreJson() {
        SERVER.connect("/ws").sendBinary(Samples.utf8("{\"type\":\"ping\"}")).expectCloseAndEof(1003);
    }
}
