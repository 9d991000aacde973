package dev.fanfare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.config.Configuration;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fanfare on the router of an application, whose server has all that servers may have in their pipelines. */
class MountTest {
    private static final HttpServerOptions OPTIONS = new HttpServerOptions()
            .setHost("127.0.0.1")
            .setCompressionSupported(true)
            .setDecompressionSupported(true)
            .setIdleTimeout(60)
            .setPerMessageWebSocketCompressionSupported(true);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
    private final Router router = Router.router(vertx);
    /** For as long as the application's listener is told of an end. */
    private final CountDownLatch told = new CountDownLatch(1);

    private Fanfare fanfare;
    private int port;

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server on each event loop, on one port, as an application would have it. */
    @BeforeEach
    void start() {
        Configuration configuration = Configuration.parse(
                "metrics: {host: 127.0.0.1, port: 0}\nshutdown: {timeout: 5s}", "the test", Map.of());
        fanfare = await(Fanfare.builder()
                .vertx(vertx)
                .configuration(configuration)
                .mount(router, "/live")
                .listener(new SessionListener() {
                    @Override
                    public void disconnected(SessionInfo session, String reason) {
                        await(told);
                    }
                })
                .start());
        router.route("/").handler(routing -> routing.end("the application"));
        HttpServer[] servers = new HttpServer[1];
        await(vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        // Negative: any port, and the same for all.
                        return vertx.createHttpServer(new HttpServerOptions(OPTIONS).setPort(-1))
                                .requestHandler(router)
                                .listen()
                                .onSuccess(listening -> servers[0] = listening);
                    }
                },
                new DeploymentOptions().setInstances(3)));
        port = servers[0].actualPort();
    }

    @AfterEach
    void close() {
        told.countDown();
        await(fanfare.close());
        await(vertx.close());
    }

    private JsonPeer session() {
        return JsonPeer.on(UpgradeRequest.to(port, "/live/ws"), WebSocketPeer.to(port));
    }

    @Test
    void takesWhatIsBelowItsPathAndLeavesTheRestToTheApplication() {
        assertThat(fanfare.port()).isZero();
        try (HttpPeer http = HttpPeer.to(port)) {
            assertThat(http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .responseHead()
                            .status())
                    .isEqualTo(200);
        }
        try (HttpPeer http = HttpPeer.to(port)) {
            assertThat(http.send("GET /live/ws HTTP/1.1\r\nHost: a\r\n\r\n")
                            .responseHead()
                            .status())
                    .isEqualTo(426);
        }
        try (HttpPeer http = HttpPeer.to(port)) {
            assertThat(http.send("GET /live/api/v1/cluster HTTP/1.1\r\nHost: a\r\n\r\n")
                            .responseHead()
                            .status())
                    .isEqualTo(403);
        }
        try (HttpPeer http = HttpPeer.to(port)) {
            assertThat(http.send(UpgradeRequest.to(port, "/ws").text())
                            .responseHead()
                            .status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/live/, text/html; charset=utf-8",
        "/live/process/build-7, text/html; charset=utf-8",
        "/live/pages/demo.js, text/javascript; charset=utf-8",
        "/live/fanfare.js, text/javascript; charset=utf-8",
        "/live/asyncapi.json, application/json"
    })
    void servesThePagesBelowItsPath(String path, String type) {
        Response file = HttpPeer.get(port, path);
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("Content-Type")).isEqualTo(type);
    }

    @Test
    void sendsWhoLeavesTheLastSlashOutToThePage() {
        Response answer = HttpPeer.get(port, "/live?x=1");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.header("Location")).isEqualTo("live/?x=1");
        try (WebSocketPeer raw = WebSocketPeer.connect(port, "/live")) {
            raw.sendText("there").expectText("there");
        }
    }

    @Test
    void refusesWhatComesWhenItsLoopsHaveStopped() {
        session().close();
        Future<Void> closed = fanfare.close();
        Awaitility.await().until(() -> HttpPeer.get(port, "/live/").status() == 503);
        assertThat(closed.isComplete()).as("the listener is being told").isFalse();
        told.countDown();
        await(closed);
        assertThat(HttpPeer.get(port, "/live/").status()).isEqualTo(404);
    }

    @Test
    void carriesSessionsOfAllEventLoops() {
        JsonPeer[] peers = IntStream.range(0, 6).mapToObj(i -> session()).toArray(JsonPeer[]::new);
        for (JsonPeer peer : peers) {
            peer.subscribe("news");
        }
        try (WebSocketPeer raw = WebSocketPeer.to(port).connectCompressing("/live/raw/news")) {
            peers[0].tell(JsonPeer.command("publish", "news").put("data", "x".repeat(1_000)));
            raw.expectInflated(Frame.text("x".repeat(1_000)));
            for (JsonPeer peer : peers) {
                assertThat(peer.event().getString("data")).hasSize(1_000);
                peer.close();
            }
        }
    }

    @Test
    void isMountedAtAPathAndNowhereElse() {
        assertThatThrownBy(() -> Fanfare.builder().mount(router, "live/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'live/'");
    }
}
