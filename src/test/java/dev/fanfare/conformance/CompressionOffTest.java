package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Frame;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code server.compression: off}: every offer is declined, and no message is compressed in either direction. */
class CompressionOffTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("server.compression=off");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance", "/ws"})
    void declinesEveryOffer(String path) {
        for (String offer : new String[] {
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=15, permessage-deflate"
        }) {
            Response response = SERVER.answer(SERVER.upgrade(path).offering(offer));
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers()).doesNotContainKey("sec-websocket-extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/conformance"})
    void sendsNothingCompressedToWhoOfferedIt(String path) {
        Frame message = Frame.text("a".repeat(10_000));
        SERVER.connect(SERVER.upgrade(path).offering("permessage-deflate"))
                .send(message)
                .expect(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws"})
    void refusesACompressedMessageOfWhoOfferedIt(String path) {
        SERVER.connect(SERVER.upgrade(path).offering("permessage-deflate"))
                .send(Frame.text("{\"type\":\"ping\"}").compressed())
                .expectCloseAndEof(1002);
    }
}
