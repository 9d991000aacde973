package dev.fanfare.cli.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiClientTest {
    @Test
    void anAnswerThatBeginsAndDoesNotEndIsNotWaitedForForEver() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> half = CompletableFuture.supplyAsync(() -> answerHalf(server));
            URI url = URI.create("http://127.0.0.1:" + server.getLocalPort());
            ApiClient client = new ApiClient(url, null, Duration.ofSeconds(1));
            assertThatThrownBy(() -> client.get("/cluster"))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessage("none came in 1 s");
            half.join().close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, text/html, true",
        "404, application/problem+json, false",
        "425, text/plain, true",
        "429, application/problem+json, true",
        "502, text/html, true",
        "403, text/html, false"
    })
    void whatAProxySaysWhileTheRelayIsReplacedIsNotForGoodAndNotForDays(int status, String type, boolean isTransient)
            throws Exception {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.getResponseHeaders().add("Retry-After", "999999");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        proxy.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + proxy.getAddress().getPort());
            ApiAnswer answer = new ApiClient(url, null).post("/publish", "{}", null);
            assertThat(answer.isTransient()).isEqualTo(isTransient);
            assertThat(answer.retryAfter()).contains(Duration.ofMinutes(5));
        } finally {
            proxy.stop(0);
        }
    }

    private static Socket answerHalf(ServerSocket server) {
        try {
            Socket socket = server.accept();
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".getBytes(US_ASCII));
            return socket;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
