package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Sec-WebSocket-Protocol}: {@code fanfare} is selected where it is offered, and nothing else ever. */
class SubprotocolTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    @ParameterizedTest
    @ValueSource(strings = {"fanfare", "chat, fanfare", "fanfare, chat", "chat,fanfare,superchat", " fanfare "})
    void selectsItsOwn(String offer) {
        Response response = SERVER.answer(SERVER.upgrade("/ws").with("Sec-WebSocket-Protocol", offer));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("fanfare");
    }

    @Test
    void selectsItsOwnFromTheSecondOfTwoHeaders() {
        Response response = SERVER.answer(
                SERVER.upgrade("/ws").with("Sec-WebSocket-Protocol", "chat").with("Sec-WebSocket-Protocol", "fanfare"));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("fanfare");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "Fanfare", "FANFARE", "fanfare2", "v1.fanfare", "chat, superchat"})
    void selectsNoOther(String offer) {
        Response response = SERVER.answer(SERVER.upgrade("/ws").with("Sec-WebSocket-Protocol", offer));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-protocol");
    }

    /** Browsers close a connection for which they offered something and nothing was selected. */
    @Test
    void selectsItsOwnWhereMessagesAreBare() {
        Response response =
                SERVER.answer(SERVER.upgrade("/").with("Sec-WebSocket-Protocol", "fanfare, bearer.dG9rZW4"));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("fanfare");
    }

    @Test
    void selectsNoOtherWhereMessagesAreBare() {
        Response response = SERVER.answer(SERVER.upgrade("/").with("Sec-WebSocket-Protocol", "chat"));
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.headers()).doesNotContainKey("sec-websocket-protocol");
    }
}
