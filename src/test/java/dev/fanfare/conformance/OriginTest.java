package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page from elsewhere may not connect (RFC 6455, section 10.2): host and port of the origin are those of the request. */
class OriginTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static int answerTo(String origin) {
        return SERVER.answer(SERVER.upgrade("/").with("Origin", origin.replace("PORT", "" + SERVER.port())))
                .status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:PORT", "https://localhost:PORT", "http://LocalHost:PORT"})
    void acceptsTheSameOrigin(String origin) {
        assertThat(answerTo(origin)).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws", "/raw/conformance"})
    void acceptsWhoHasNoOriginAndIsNoBrowser(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path)).status()).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elsewhere.example",
                "https://elsewhere.example:PORT",
                "http://localhost",
                "http://localhost:1",
                "http://127.0.0.1:PORT",
                "http://localhost:PORT.elsewhere.example",
                "http://elsewhere.example/localhost:PORT",
                "http://elsewhere.example#localhost:PORT",
                "http://elsewhere.example@localhost:PORT",
                "http://localhost:PORT@elsewhere.example",
                "http://xlocalhost:PORT",
                "http://localhost:PORT0",
                "null",
                "file://",
                "chrome-extension://abcdefgh"
            })
    void refusesAForeignOrigin(String origin) {
        assertThat(answerTo(origin)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/raw/conformance"})
    void refusesAForeignOriginOnEveryPath(String path) {
        assertThat(SERVER.answer(SERVER.upgrade(path).with("Origin", "http://elsewhere.example"))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "localhost:PORT", "*", "http://", "not an origin", "http://localhost:port"})
    void refusesAnOriginThatIsNone(String origin) {
        assertThat(answerTo(origin)).isIn(400, 403);
    }

    @Test
    void refusesTwoOrigins() {
        String same = "http://localhost:" + SERVER.port();
        assertThat(SERVER.answer(SERVER.upgrade("/").with("Origin", same).with("Origin", same))
                        .status())
                .isIn(400, 403);
        assertThat(SERVER.answer(SERVER.upgrade("/").with("Origin", same).with("Origin", "http://elsewhere.example"))
                        .status())
                .isIn(400, 403);
        assertThat(answerTo("http://localhost:PORT http://elsewhere.example")).isIn(400, 403);
    }

    @ParameterizedTest
    @CsvSource({
        "relay.example, https://relay.example, 101",
        "relay.example, http://relay.example, 101",
        "relay.example:8443, https://relay.example:8443, 101",
        "relay.example, https://relay.example:8443, 403",
        "relay.example:8443, https://relay.example, 403",
        "relay.example, https://relay.example.evil.example, 403",
        "[::1]:8443, http://[::1]:8443, 101",
        "[::1]:8443, http://[::2]:8443, 403"
    })
    void comparesTheOriginWithTheHostOfTheRequest(String host, String origin, int status) {
        assertThat(SERVER.answer(SERVER.upgrade("/").replacing("Host", host).with("Origin", origin))
                        .status())
                .isEqualTo(status);
    }
}
