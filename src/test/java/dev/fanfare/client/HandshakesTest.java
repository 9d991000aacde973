package dev.fanfare.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.Instance;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the client gets in, or learns that and when it may. */
class HandshakesTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 0.5);

    private static ReconnectingClient.Builder to(String scheme, String host, int port) {
        return ReconnectingClient.builder(URI.create(scheme + "://" + host + ":" + port + "/ws?access_token=secret"))
                .initialBackoff(Duration.ofMillis(50))
                .maxBackoff(Duration.ofMillis(500));
    }

    @Test
    void anAuthorityOfOnesOwnIsTrustedAndNoOther(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder).generate("first").generate("other");
        Queue<ClientException> errors = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(
                "server.tls.enabled=true",
                "server.tls.cert=" + certificates.cert("first"),
                "server.tls.key=" + certificates.key("first"))) {
            try (ReconnectingClient client = to("wss", "localhost", server.port())
                    .sslContext(certificates.trusting("first"))
                    .build()) {
                ReconnectingClientTest.get(client.publish("news", "1"));
            }
            try (ReconnectingClient client = to("wss", "localhost", server.port())
                    .sslContext(certificates.trusting("other"))
                    .onError(errors::add)
                    .build()) {
                Eventually.holds(() -> assertThat(errors).isNotEmpty());
                assertThat(client.state()).isNotEqualTo(ClientState.CONNECTED);
            }
            assertThat(errors.element()).hasMessageContaining("certification path");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, false, true",
        "401, false, false",
        "401, true, true",
        "403, true, false",
        "404, false, true",
        "405, false, true",
        "414, false, false",
        "429, false, true",
        "431, false, false",
        "503, false, true"
    })
    void aRefusalSaysWhetherAndWhenToComeBack(int status, boolean anotherToken, boolean mayReturn) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "7");
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            CompletableFuture<WebSocket> handshake = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + server.getAddress().getPort() + "/ws"),
                            new WebSocket.Listener() {});
            Ending ending = Ending.failed(
                    handshake
                            .handle((socket, failure) -> JdkConnector.cause(failure))
                            .get(60, SECONDS),
                    anotherToken);
            assertThat(ending.mayReturn()).isEqualTo(mayReturn);
            assertThat(ending.pause(BACKOFF, 1)).isEqualTo(Duration.ofMillis(7500));
            assertThat(ending.reason()).isEqualTo("the handshake was refused with status " + status);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aClientThatIsClosedDuringAnAttemptLeavesNoThreadBehind() throws Exception {
        Set<Thread> before = selectors();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ReconnectingClient client = to("ws", "127.0.0.1", silent.getLocalPort())
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
            silent.accept().getInputStream().read();
            assertThat(selectors()).isNotEqualTo(before);
            client.close();
            Eventually.holds(() -> {
                System.gc(); // up to JDK 20 a client ends when nobody refers to it
                assertThat(before).containsAll(selectors());
            });
        }
    }

    private static Set<Thread> selectors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("SelectorManager"))
                .collect(Collectors.toSet());
    }

    @Test
    void aFailureNamesTheAddressAndTheCauseButNoSecret() throws Exception {
        int port = FreePort.next();
        try (ReconnectingClient client =
                to("ws", "127.0.0.1", port).maxAttempts(1).onError(error -> {}).build()) {
            assertThatThrownBy(() -> ReconnectingClientTest.get(client.ended()))
                    .cause()
                    .hasMessage("gave_up: 1 attempts failed, the last so: ws://127.0.0.1:" + port
                            + "/ws: connection refused");
        }
    }

    @Test
    void aMessageThatIsTooLargeEndsTheConnectionAndTheNextOneComes() throws Exception {
        Queue<Integer> ends = new ConcurrentLinkedQueue<>();
        Queue<String> received = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start();
                ReconnectingClient publisher =
                        to("ws", "localhost", server.port()).build();
                ReconnectingClient client = to("ws", "localhost", server.port())
                        .maxMessageSize(1000)
                        .onDisconnect(end -> ends.add(end.code()))
                        .build()) {
            Subscription subscription = client.subscribe("news", message -> received.add(message.data()));
            ReconnectingClientTest.get(subscription.ready());
            ReconnectingClientTest.get(publisher.publish("news", Json.quote("x".repeat(1000))));
            Eventually.holds(() -> assertThat(ends).containsExactly(1009));
            Eventually.holds(() -> {
                ReconnectingClientTest.get(publisher.publish("news", "1"));
                assertThat(received).isNotEmpty();
            });
            assertThat(received).containsOnly("1");
        }
    }
}
