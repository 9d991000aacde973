package dev.fanfare.cli.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

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
