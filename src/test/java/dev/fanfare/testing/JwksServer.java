package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An issuer's key set behind a URL, or whatever else a test has it answer; it counts the requests that it gets, for any path. */
public final class JwksServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Answer answer;
    private volatile CountDownLatch open = new CountDownLatch(0);

    /** What a request is answered with. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private JwksServer(HttpServer server, String body) {
        this.server = server;
        this.answer = body(200, body);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Starts one that answers with a set of these keys. */
    public static JwksServer start(String... jwks) {
        return start(0, jwks);
    }

    /** Starts one on a port of its own. */
    public static JwksServer start(int port, String... jwks) {
        try {
            return new JwksServer(HttpServer.create(loopback(port), 0), Tokens.keySet(jwks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one that speaks TLS. */
    public static JwksServer start(SSLContext tls, String... jwks) {
        try {
            HttpsServer server = HttpsServer.create(loopback(0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            return new JwksServer(server, Tokens.keySet(jwks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            if (!open.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("Held for ever");
            }
            answer.to(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Answer body(int status, String text) {
        return exchange -> {
            byte[] bytes = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Answers with a set of these keys from now on. */
    public JwksServer rotate(String... jwks) {
        return answer(200, Tokens.keySet(jwks));
    }

    /** Answers with that from now on. */
    public JwksServer answer(int status, String text) {
        answer = body(status, text);
        return this;
    }

    /** Sends to another address from now on. */
    public JwksServer redirect(int status, URI location) {
        answer = exchange -> {
            exchange.getResponseHeaders().set("Location", location.toString());
            exchange.sendResponseHeaders(status, -1);
        };
        return this;
    }

    /** Answers with the beginning of a body, and never with its end. */
    public JwksServer stall() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd();
        };
        return this;
    }

    private void awaitEnd() {
        try {
            threads.awaitTermination(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps requests waiting, until {@link #release}. */
    public JwksServer hold() {
        open = new CountDownLatch(1);
        return this;
    }

    public void release() {
        open.countDown();
    }

    /** How many requests have come. */
    public int requests() {
        return requests.get();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + port() + "/jwks.json");
    }

    @Override
    public void close() {
        release();
        threads.shutdownNow();
        server.stop(0);
    }
}
