package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.MainVerticle;
import dev.fanfare.config.ConfigurationException;
import dev.fanfare.testing.ErrorLog;
import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance in somebody's own Vert.x application, deployed like any verticle. */
class EmbeddingTest {
    private static final JsonObject FREE_PORTS = new JsonObject()
            .put(
                    "server",
                    new JsonObject().put("host", "127.0.0.1").put("port", 0).put("event-loops", 2))
            .put("metrics", new JsonObject().put("host", "127.0.0.1").put("port", 0));

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static DeploymentOptions configured(JsonObject config) {
        return new DeploymentOptions().setConfig(config);
    }

    @Test
    void theDeploymentConfiguresIt() throws Exception {
        MainVerticle instance = new MainVerticle();
        String id = await(vertx.deployVerticle(instance, configured(FREE_PORTS)));
        WebSocketPeer peer = WebSocketPeer.connect(instance.port(), "/");
        peer.sendText("hello").expectText("hello");
        Awaitility.await().atMost(Wire.PATIENCE).untilAsserted(() -> assertThat(
                        Exposition.scrape(instance.metricsPort()).text())
                .contains("fanfare_messages_total 1.0", "jvm_memory_used_bytes"));
        Future<Void> stopped = vertx.undeploy(id);
        peer.expectClose(1001);
        peer.close();
        await(stopped);
    }

    @Test
    void itIsDeployedByItsName() throws Exception {
        String id = await(vertx.deployVerticle("dev.fanfare.MainVerticle", configured(FREE_PORTS)));
        assertThat(vertx.deploymentIDs()).contains(id);
    }

    @Test
    void itComesBackAfterItWasUndeployed() throws Exception {
        for (int i = 0; i < 2; i++) {
            MainVerticle instance = new MainVerticle();
            String id = await(vertx.deployVerticle(instance, configured(FREE_PORTS)));
            try (WebSocketPeer peer = WebSocketPeer.connect(instance.port(), "/")) {
                peer.sendText("hello").expectText("hello");
            }
            await(vertx.undeploy(id));
        }
    }

    @Test
    void aWrongConfigurationFailsTheDeployment() {
        JsonObject wrong = new JsonObject().put("server", new JsonObject().put("prot", 1));
        assertThatThrownBy(() -> await(vertx.deployVerticle(new MainVerticle(), configured(wrong))))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("the configuration of the verticle:")
                .hasMessageEndingWith("server.prot: unknown key");
    }

    @Test
    void moreThanOneInstanceIsRefusedWithTheReason() {
        assertThatThrownBy(() -> await(vertx.deployVerticle(
                        "dev.fanfare.MainVerticle", configured(FREE_PORTS).setInstances(2))))
                .cause()
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("server.event-loops");
    }

    @Test
    void aFailedStartSaysWhyAndLeavesNothingBehind() throws Exception {
        try (ErrorLog log = ErrorLog.open();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            JsonObject busy = FREE_PORTS.copy();
            busy.getJsonObject("server").put("port", taken.getLocalPort()).put("event-loops", 4);
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> await(vertx.deployVerticle(new MainVerticle(), configured(busy))))
                        .cause()
                        .hasMessageStartingWith("can't listen on 127.0.0.1:" + taken.getLocalPort());
                assertThat(vertx.deploymentIDs()).isEmpty();
            }
            assertThat(log.drain()).as("logged as errors").isEmpty();
        }
        await(vertx.deployVerticle(new MainVerticle(), configured(FREE_PORTS)));
    }

    @Test
    void aSecondOneInTheSameVertxIsRefusedAndDisturbsNothing() throws Exception {
        MainVerticle instance = new MainVerticle();
        await(vertx.deployVerticle(instance, configured(FREE_PORTS)));
        assertThatThrownBy(() -> await(vertx.deployVerticle(new MainVerticle(), configured(FREE_PORTS))))
                .cause()
                .hasMessage("this Vert.x runs an instance of Fanfare already");
        try (WebSocketPeer peer = WebSocketPeer.connect(instance.port(), "/")) {
            peer.sendText("hello").expectText("hello");
        }
    }
}
