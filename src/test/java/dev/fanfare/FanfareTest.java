package dev.fanfare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.auth.Identity;
import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.ProcessStatus;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fanfare in an application of the JVM. */
class FanfareTest {
    private final List<Fanfare> started = new ArrayList<>();

    private Fanfare start(Fanfare.Builder builder) {
        Fanfare fanfare = await(builder.start());
        started.add(fanfare);
        return fanfare;
    }

    @AfterEach
    void close() {
        started.forEach(fanfare -> await(fanfare.close()));
    }

    private static Configuration configuration(String... more) {
        String yaml = "server: {host: 127.0.0.1, port: 0, event-loops: 2}\nmetrics: {host: 127.0.0.1, port: 0}\n"
                + "shutdown: {timeout: 5s}\n" + String.join("\n", more);
        return Configuration.parse(yaml, "the test", Map.of());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static JsonPeer session(Fanfare fanfare) {
        return session(fanfare.port(), "/ws");
    }

    private static JsonPeer session(int port, String path) {
        return JsonPeer.on(UpgradeRequest.to(port, path), WebSocketPeer.to(port));
    }

    // Publications

    @Test
    void whatIsPublishedBeforeTheCloseGetsItsAnswer() {
        try (RedisServer redis = RedisServer.start()) {
            Fanfare fanfare = await(Fanfare.builder()
                    .configuration(configuration(
                            "cluster: {redis: '" + redis.url() + "'}",
                            "channels: [{match: 'kept:*', history-size: 1000, history-ttl: 1h}]"))
                    .start());
            String data = "x".repeat(60_000);
            // More than the loop has credit for, so that some of it waits.
            List<Future<Receipt>> receipts = IntStream.range(0, 200)
                    .mapToObj(i -> fanfare.publish("kept:" + i % 2, data))
                    .toList();
            await(fanfare.close());
            assertThat(receipts).allMatch(Future::succeeded);
            assertThat(receipts)
                    .filteredOn(receipt -> receipt.result().position() != null)
                    .hasSize(200);
        }
    }

    @Test
    void publishesWhatIsJsonAndWhatIsBinary() {
        Fanfare fanfare = start(Fanfare.builder().configuration(configuration()));
        try (JsonPeer peer = session(fanfare)) {
            peer.subscribe("news");
            Receipt receipt = await(fanfare.publish("news", new JsonObject().put("a", 1)));
            assertThat(receipt.position()).isNull();
            await(fanfare.publish("news", "text"));
            await(fanfare.publish("news", Buffer.buffer(new byte[] {0, 1})));
            await(fanfare.broadcast(List.of(1, 2)));
            assertThat(peer.event().getJsonObject("data")).isEqualTo(new JsonObject().put("a", 1));
            assertThat(peer.event().getString("data")).isEqualTo("text");
            assertThat(peer.event().getString("encoding")).isEqualTo("base64");
            JsonObject broadcast = peer.event();
            assertThat(broadcast.containsKey("channel")).isFalse();
            assertThat(broadcast.getJsonArray("data")).containsExactly(1, 2);
        }
    }

    @Test
    void whatOneThreadPublishesToOneChannelKeepsItsOrder() {
        Fanfare fanfare = start(Fanfare.builder().configuration(configuration()));
        try (JsonPeer peer = session(fanfare)) {
            peer.subscribe("news");
            List<Future<Receipt>> all = IntStream.range(0, 1_000)
                    .mapToObj(number -> fanfare.publish("news", number))
                    .toList();
            await(Future.all(all));
            assertThat(JsonPeer.data(peer.events(1_000)))
                    .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        }
    }

    @Test
    void aKeyIsKnownAgain() {
        Fanfare fanfare = start(Fanfare.builder()
                .configuration(configuration("channels: [{match: 'kept:*', history-size: 10, presence: true}]")));
        try (JsonPeer peer = session(fanfare)) {
            peer.subscribe("kept:1");
            Receipt first = await(fanfare.publish("kept:1", 1, "key"));
            assertThat(await(fanfare.publish("kept:1", 1, "key")).position()).isEqualTo(first.position());
            assertThat(await(fanfare.history("kept:1", null, 10, false)).messages())
                    .extracting(Message::offset)
                    .containsExactly(1L);
            assertThat(await(fanfare.presence("kept:1"))).hasSize(1);
        }
        assertThatThrownBy(() -> await(fanfare.publish("live", 1, "key")))
                .cause()
                .isInstanceOfSatisfying(ProtocolException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ErrorCode.BAD_REQUEST));
        assertThatThrownBy(() -> await(fanfare.publish("no channel", 1)))
                .hasCauseInstanceOf(IllegalArgumentException.class);
        await(fanfare.close());
        await(fanfare.close());
        assertThatThrownBy(() -> await(fanfare.publish("news", 1))).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void streamsWhatAProcessWrites() {
        Fanfare fanfare = start(Fanfare.builder().configuration(configuration()));
        try (JsonPeer peer = session(fanfare);
                WebSocketPeer raw = WebSocketPeer.connect(fanfare.port(), "/raw/process:build-7")) {
            peer.subscribe("process:build-7");
            await(fanfare.sendProcessOutput("build-7", "compiled"));
            await(fanfare.sendProcessError("build-7", "warned"));
            JsonObject out = peer.next("process_output");
            assertThat(out.getString("processId")).isEqualTo("build-7");
            assertThat(out.getString("stream")).isEqualTo("stdout");
            assertThat(out.getString("data")).isEqualTo("compiled");
            assertThat(peer.next("process_output").getString("stream")).isEqualTo("stderr");
            raw.expectText("compiled").expectText("warned");
            await(fanfare.sendProcessStatus("build-7", new ProcessStatus.Exited(1)));
            assertThat(peer.next("process_status").getJsonObject("data"))
                    .isEqualTo(new JsonObject().put("status", "exited").put("exitCode", 1));
            raw.expectNothingBeforePong();
            assertThat(await(fanfare.channels(new ChannelQuery("", "", 10)))
                            .page()
                            .entries())
                    .containsExactly(new ChannelInfo(new ChannelName("process:build-7"), 2));
            assertThat(await(fanfare.sessions(new SessionQuery(null, "", 10)))
                            .page()
                            .entries())
                    .extracting(SessionInfo::protocol)
                    .containsExactlyInAnyOrder("json", "raw");
            assertThat(await(fanfare.statistics()).sessions()).isEqualTo(2);
        }
    }

    @Test
    void refusesWhatIsNone() {
        Fanfare fanfare =
                start(Fanfare.builder().configuration(configuration("channels: [{match: '*', history-size: 9}]")));
        for (Future<Receipt> refused : List.of(
                fanfare.sendProcessOutput("1", "one\ntwo"),
                fanfare.sendProcessError("1", "one\r\n"),
                fanfare.sendProcessOutput("a b", "one"),
                fanfare.publish("news", 1, ""),
                fanfare.publish("news", 1, "k".repeat(129)))) {
            assertThatThrownBy(() -> await(refused)).hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> await(fanfare.publish("news", "x".repeat(1 << 16))))
                .cause()
                .isInstanceOfSatisfying(ProtocolException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ErrorCode.TOO_LARGE));
        assertThat(await(fanfare.sendProcessOutput("1", "10%\r20%")).position()).isNotNull();
    }

    // Hooks

    /** Writes down what it is told. */
    private static final class Diary implements SessionListener {
        final List<String> entries = new CopyOnWriteArrayList<>();

        @Override
        public void connected(SessionInfo session) {
            entries.add("connected " + session.protocol() + " " + session.id());
            throw new IllegalStateException("harms nobody");
        }

        @Override
        public void disconnected(SessionInfo session, String reason) {
            entries.add("disconnected " + reason + " " + session.id());
        }

        @Override
        public void refused(String address, String reason) {
            entries.add("refused " + reason + " " + address);
        }
    }

    @Test
    void tellsWhoComesAndGoesInOrder() {
        Diary diary = new Diary();
        Fanfare fanfare = start(Fanfare.builder().configuration(configuration()).listener(diary));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            JsonPeer peer = session(fanfare);
            peer.peer().leave();
            expected.add("connected json " + peer.session());
            expected.add("disconnected client " + peer.session());
        }
        Eventually.holds(() -> assertThat(diary.entries).hasSize(40));
        assertThat(diary.entries).containsExactlyInAnyOrderElementsOf(expected);
        for (String connected :
                expected.stream().filter(entry -> entry.startsWith("c")).toList()) {
            String id = connected.substring(connected.lastIndexOf(' '));
            assertThat(diary.entries.indexOf(connected)).isLessThan(diary.entries.indexOf("disconnected client" + id));
        }
    }

    @Test
    void tellsWhoWasRefusedForWhatHeHasShown() {
        Diary diary = new Diary();
        Fanfare fanfare = start(Fanfare.builder()
                .configuration(configuration())
                .authenticator(credentials -> Future.failedFuture("nobody"))
                .listener(diary));
        try (HttpPeer http = HttpPeer.to(fanfare.port())) {
            assertThat(http.send(UpgradeRequest.to(fanfare.port(), "/ws").text())
                            .responseHead()
                            .status())
                    .isEqualTo(401);
        }
        Eventually.holds(() -> assertThat(diary.entries).containsExactly("refused authenticator_failed 127.0.0.1"));
    }

    @Test
    void aListenerThatTakesItsTimeHoldsNobodyUpAndIsToldTheRestBeforeTheEnd() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        Fanfare fanfare = await(Fanfare.builder()
                .configuration(configuration())
                .listener(new SessionListener() {
                    @Override
                    public void connected(SessionInfo session) {
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }

                    @Override
                    public void disconnected(SessionInfo session, String reason) {
                        told.add(reason);
                    }
                })
                .start());
        try (JsonPeer first = session(fanfare);
                JsonPeer second = session(fanfare)) {
            second.subscribe("news");
            first.tell(JsonPeer.command("publish", "news").put("data", 1));
            assertThat(second.event().getInteger("data")).isEqualTo(1);
            Future<Void> closed = fanfare.close();
            first.peer().expectCloseAndEof(1001);
            second.peer().expectCloseAndEof(1001);
            assertThat(told).isEmpty();
            goOn.countDown();
            await(closed);
        }
        assertThat(told).containsExactly("shutting_down", "shutting_down");
    }

    // What takes the place of configured parts

    @Test
    void asksTheAuthenticatorAndTheAuthorizerOfTheApplication() {
        Fanfare fanfare = start(Fanfare.builder()
                .configuration(configuration())
                .authenticator(credentials -> Future.succeededFuture(
                        Identity.of(String.valueOf(credentials.headers().get("X-User")), Map.of(), Identity.NEVER)))
                .authorizer((identity, action, channel) -> Future.succeededFuture("ann".equals(identity.user()))));
        try (JsonPeer ann = JsonPeer.on(
                        UpgradeRequest.to(fanfare.port(), "/ws").with("X-User", "ann"),
                        WebSocketPeer.to(fanfare.port()));
                JsonPeer bob = JsonPeer.on(
                        UpgradeRequest.to(fanfare.port(), "/ws").with("X-User", "bob"),
                        WebSocketPeer.to(fanfare.port()))) {
            ann.subscribe("news");
            bob.refused("unauthorised", JsonPeer.command("subscribe", "news"));
            assertThat(await(fanfare.disconnectUser("ann")).sessions()).isEqualTo(1);
            ann.peer().expectClose(4500);
        }
    }

    // The Vert.x of the application

    @Test
    void runsOnTheVertxOfTheApplicationAndLeavesItOpen() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        try {
            for (int i = 0; i < 2; i++) {
                Fanfare fanfare = await(Fanfare.builder()
                        .vertx(vertx)
                        .configuration(configuration())
                        .start());
                session(fanfare).close();
                await(fanfare.close());
            }
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void whatCantStartLeavesNothingBehind() {
        Fanfare first = start(Fanfare.builder().configuration(configuration()));
        Vertx vertx = Vertx.vertx();
        try {
            Configuration taken =
                    Configuration.parse("server: {host: 127.0.0.1, port: " + first.port() + "}", "the test", Map.of());
            assertThatThrownBy(() -> await(
                            Fanfare.builder().vertx(vertx).configuration(taken).start()))
                    .hasMessageContaining(String.valueOf(first.port()));
            assertThat(vertx.deploymentIDs()).isEmpty();
            assertThatThrownBy(
                            () -> await(Fanfare.builder().configuration(taken).start()))
                    .hasMessageContaining(String.valueOf(first.port()));
            start(Fanfare.builder().vertx(vertx).configuration(configuration()));
            await(started.remove(1).close());
        } finally {
            await(vertx.close());
        }
    }
}
