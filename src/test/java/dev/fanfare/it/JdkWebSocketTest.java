package dev.fanfare.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Wire;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The WebSocket of the JDK's {@code HttpClient}, bare: a client that nobody here wrote. */
class JdkWebSocketTest {
    @RegisterExtension
    static final SharedInstance SERVER =
            SharedInstance.with("session.ping-interval=200ms", "session.pong-timeout=20s", ChannelKinds.RULES);

    /** What came, in its order; messages whole. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<ByteBuffer> pings = new LinkedBlockingQueue<>();
        private final BlockingQueue<ByteBuffer> pongs = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private ByteBuffer bytes = ByteBuffer.allocate(0);

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes = ByteBuffer.allocate(bytes.remaining() + data.remaining())
                    .put(bytes)
                    .put(data)
                    .flip();
            if (last) {
                messages.add(bytes);
                bytes = ByteBuffer.allocate(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
            pings.add(payload);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
            pongs.add(payload);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }

        private JsonObject json() throws InterruptedException {
            return new JsonObject((String) next(messages));
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(Wire.PATIENCE.toSeconds(), SECONDS);
        assertThat(next).as("something comes").isNotNull();
        return next;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Wire.PATIENCE.toSeconds(), SECONDS);
    }

    private static WebSocket connect(String path, Heard heard) throws Exception {
        return get(HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + SERVER.port() + path), heard));
    }

    private static void leave(WebSocket socket, Heard heard) throws Exception {
        get(socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye"));
        assertThat(get(heard.closed)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void textsBytesAndFragmentsComeBackOnTheRawRelay() throws Exception {
        Heard heard = new Heard();
        WebSocket socket = connect("/", heard);
        get(socket.sendText("größer 😀", true));
        assertThat(next(heard.messages)).isEqualTo("größer 😀");
        byte[] large = new byte[60_000];
        large[59_999] = 7;
        get(socket.sendBinary(ByteBuffer.wrap(large), true));
        assertThat(next(heard.messages)).isEqualTo(ByteBuffer.wrap(large));
        get(socket.sendText("one ", false));
        get(socket.sendPing(ByteBuffer.wrap(new byte[] {1})));
        get(socket.sendText("", false));
        get(socket.sendText("two", true));
        assertThat(next(heard.messages)).isEqualTo("one two");
        get(socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), false));
        get(socket.sendBinary(ByteBuffer.wrap(new byte[] {3}), true));
        assertThat(next(heard.messages)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        get(socket.sendText("", true));
        assertThat(next(heard.messages)).isEqualTo("");
        assertThat(next(heard.pongs)).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        leave(socket, heard);
    }

    @Test
    void itAnswersThePingsOfTheServerByItself() throws Exception {
        Heard heard = new Heard();
        WebSocket socket = connect("/raw/pinged", heard);
        for (int i = 0; i < 3; i++) {
            next(heard.pings);
        }
        get(socket.sendText("still here", true));
        assertThat(next(heard.messages)).isEqualTo("still here");
        leave(socket, heard);
    }

    @Test
    void commandsAreAnsweredAlsoInFragmentsAndWhatWasMissedComesBack() throws Exception {
        String channel = ChannelKinds.fresh(ChannelKinds.KEPT);
        Heard heard = new Heard();
        WebSocket socket = connect("/ws", heard);
        get(socket.sendText("{\"type\":\"subscribe\",\"id\":1,", false));
        get(socket.sendText("\"channel\":\"" + channel + "\"}", true));
        JsonObject subscribed = heard.json();
        assertThat(subscribed.getString("type")).isEqualTo("subscribed");
        String publish = "{\"type\":\"publish\",\"channel\":\"%s\",\"data\":\"ü\"}".formatted(channel);
        get(socket.sendText(publish, true));
        assertThat(heard.json().getString("data")).isEqualTo("ü");
        get(socket.sendText("{\"type\":\"ping\"}", true));
        assertThat(heard.json().getString("type")).isEqualTo("pong");
        leave(socket, heard);

        Heard again = new Heard();
        WebSocket back = connect("/ws", again);
        JsonObject position = new JsonObject()
                .put("epoch", subscribed.getString("epoch"))
                .put("offset", subscribed.getLong("offset"));
        get(back.sendText(
                "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"%s\",\"recover\":%s}".formatted(channel, position),
                true));
        JsonObject recovered = again.json();
        assertThat(recovered.getBoolean("recovered")).isTrue();
        assertThat(recovered.getJsonArray("messages").getJsonObject(0).getString("data"))
                .isEqualTo("ü");
        leave(back, again);
    }

    @Test
    void itIsToldTheCodeWithWhichTheServerCloses() throws Exception {
        Heard binary = new Heard();
        get(connect("/ws", binary).sendBinary(ByteBuffer.wrap(new byte[] {1}), true));
        assertThat(get(binary.closed)).isEqualTo(1003);
        Heard large = new Heard();
        get(connect("/", large).sendText("x".repeat(70_000), true));
        assertThat(get(large.closed)).isEqualTo(1009);
    }

    @Test
    void itIsToldTheStatusOfARefusal() {
        assertThatThrownBy(() -> connect("/nowhere", new Heard()))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refusal -> assertThat(
                                refusal.getResponse().statusCode())
                        .isEqualTo(404));
    }
}
