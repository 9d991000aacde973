package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.EventStreamPeer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event streams and posted commands by {@code https://}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and start the rest
class EventStreamTlsTest {
    @TempDir
    private Path folder;

    private SSLContext trust;
    private Instance server;

    @BeforeEach
    void start() throws Exception {
        Certificates certificates = new Certificates(folder).generate("server");
        trust = certificates.trusting("server");
        server = Instance.start(
                "server.tls.enabled=true",
                "server.tls.cert=" + certificates.cert("server"),
                "server.tls.key=" + certificates.key("server"),
                ChannelKinds.RULES);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpPeer https() {
        return WebSocketPeer.to(server.port()).tls(trust).http();
    }

    private EventStreamPeer open(Map<String, String> headers) {
        return EventStreamPeer.open(https(), server.port(), EventStreamPeer.query("long:a"), headers);
    }

    private void post(Object data) {
        String body = new JsonObject()
                .put("type", "publish")
                .put("channel", "long:a")
                .put("data", data)
                .encode();
        String head =
                "POST /sse HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nContent-Length: %d";
        try (HttpPeer http = https()) {
            Response response = http.send(head.formatted(server.port(), body.length()) + "\r\n\r\n" + body)
                    .response();
            assertThat(response.status()).as("status of %s", response).isEqualTo(200);
            assertThat(new JsonObject(response.body()).getString("type")).isEqualTo("published");
        }
    }

    private static void expect(EventStreamPeer stream, int first, int last) {
        for (int n = first; n <= last; n++) {
            assertThat(stream.next("event").getInteger("data")).isEqualTo(n);
            assertThat(stream.lastEventId()).endsWith(":" + n);
        }
    }

    @Test
    void whatIsPostedComesAndWhatWasMissedComesToWhoIsBack() {
        try (EventStreamPeer stream = open(Map.of())) {
            stream.next("open");
            post(1);
            post(2);
            expect(stream, 1, 2);
            String id = stream.lastEventId();
            stream.vanish();
            post(3);
            post(4);
            try (EventStreamPeer back = open(Map.of("Last-Event-ID", id))) {
                JsonObject outcome = back.next("open").getJsonArray("channels").getJsonObject(0);
                assertThat(outcome.getBoolean("recovered")).isTrue();
                expect(back, 3, 4);
                post(5);
                expect(back, 5, 5);
            }
        }
    }

    /** A message of many records of TLS, and the end in order. */
    @Test
    void aLargeMessageComesWholeAndTheEndIsTold() throws Exception {
        try (EventStreamPeer stream = open(Map.of())) {
            stream.next("open");
            String large = "x".repeat(60_000);
            post(large);
            assertThat(stream.next("event").getString("data")).isEqualTo(large);
            var stopped = server.stop();
            stream.expectClose(1001);
            stream.vanish();
            stopped.toCompletionStage().toCompletableFuture().get();
        }
    }
}
