package dev.fanfare.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.TcpProxy;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The client and real instances. */
class ReconnectingClientTest {
    private static final String RULES =
            "channels=[{\"match\":\"kept:*\",\"history-size\":10000},{\"match\":\"few:*\",\"history-size\":5},"
                    + "{\"match\":\"room:*\",\"presence\":true,\"join-leave\":true},{\"match\":\"last:*\",\"last\":true},"
                    + "{\"match\":\"work:*\",\"history-size\":100,\"ack\":true},"
                    + "{\"match\":\"secret:*\",\"subscribe\":\"nobody\"}]";

    static ReconnectingClient.Builder to(int port) {
        return ReconnectingClient.builder(URI.create("ws://localhost:" + port + "/ws"))
                .initialBackoff(Duration.ofMillis(50))
                .maxBackoff(Duration.ofMillis(500))
                .onError(error -> {});
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Wire.PATIENCE.toSeconds(), SECONDS);
    }

    private static String failure(CompletableFuture<?> future) throws Exception {
        try {
            get(future);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClientException failure) {
                return failure.code();
            }
            throw e;
        }
        throw new AssertionError("It did not fail");
    }

    private static Position known(@Nullable Position position) {
        return Objects.requireNonNull(position);
    }

    private static long offset(Message message) {
        return known(message.position()).offset();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void threeLinesDo() throws Exception {
        Queue<String> printed = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start()) {
            var client = ReconnectingClient.builder(URI.create("ws://localhost:" + server.port() + "/ws"))
                    .build();
            client.subscribe("news", message -> printed.add(message.data()));
            client.publish("news", "{\"hello\":1}").join();
            Eventually.holds(() -> assertThat(printed).containsExactly("{\"hello\":1}"));
            client.close();
            assertThat(client.state()).isEqualTo(ClientState.CLOSED);
            get(client.ended());
        }
    }

    @Test
    void itAsksAndIsAnswered() throws Exception {
        Queue<Message> messages = new ConcurrentLinkedQueue<>();
        Queue<Message> rest = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES);
                ReconnectingClient client =
                        to(server.port()).onMessage(rest::add).build()) {
            Subscription subscription = client.subscribe("kept:a", messages::add);
            get(subscription.ready());
            Published first = get(client.publish("kept:a", "{\"x\":  1.50}"));
            Published again = get(client.publish("kept:a", "[\"two\"]", "key"));
            assertThat(get(client.publish("kept:a", "[\"two\"]", "key")).position())
                    .isEqualTo(again.position());
            assertThat(again.position())
                    .isEqualTo(new Position(known(first.position()).epoch(), 2));
            Eventually.holds(() -> assertThat(subscription.position()).isEqualTo(again.position()));
            assertThat(messages).extracting(Message::data).containsExactly("{\"x\":  1.50}", "[\"two\"]");
            HistoryPage page = get(subscription.history(HistoryQuery.newest(1)));
            assertThat(page.messages()).extracting(Message::data).containsExactly("[\"two\"]");
            assertThat(page.newest()).isEqualTo(again.position());
            get(client.broadcast("\"to all\""));
            get(client.send("{\"type\":\"ping\",\"id\":7}"));
            Eventually.holds(() -> assertThat(rest).extracting(Message::type).containsExactly("event", "pong"));
            assertThat(rest.remove().text()).isEqualTo("to all");
            assertThat(failure(client.presence("kept:a"))).isEqualTo("bad_request");
            assertThatThrownBy(() -> client.publish("kept:a", "1,\"type\":\"x\""))
                    .hasMessageContaining("data is no");
            assertThatThrownBy(() -> client.subscribe("kept:a", messages::add)).hasMessageContaining("already");
        }
    }

    @Test
    void oneKnowsWhoIsThere() throws Exception {
        Queue<Member> joined = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES);
                ReconnectingClient client = to(server.port()).build();
                ReconnectingClient other = to(server.port()).build()) {
            SubscribeOptions options = SubscribeOptions.DEFAULT.onJoin(joined::add);
            Subscription subscription = client.subscribe("room:a", options, message -> {});
            get(subscription.ready());
            get(other.subscribe("room:a", SubscribeOptions.DEFAULT.info("{\"name\":\"Ann\"}"), message -> {})
                    .ready());
            Eventually.holds(() -> assertThat(joined).extracting(Member::info).contains("{\"name\":\"Ann\"}"));
            assertThat(get(subscription.presence())).hasSize(2);
            assertThat(get(client.presenceCount("room:a"))).isEqualTo(2);
        }
    }

    @Test
    void whatIsRefusedIsToldAndEndsTheSubscription() throws Exception {
        try (Instance server = Instance.start(RULES);
                ReconnectingClient client = to(server.port()).build()) {
            assertThat(failure(client.subscribe("secret:a", message -> {}).ready()))
                    .isEqualTo("unauthorised");
            assertThat(failure(client.subscribe("what?", message -> {}).ended()))
                    .isEqualTo("invalid_channel");
            Subscription ended = client.subscribe("a", message -> {});
            get(ended.unsubscribe());
            get(ended.ended());
            get(client.subscribe("a", message -> {}).ready());
        }
    }

    @Test
    void aGreetingIsGivenOnce() throws Exception {
        Queue<String> texts = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES);
                TcpProxy proxy = TcpProxy.to(server.port());
                ReconnectingClient client = to(proxy.port()).build()) {
            get(client.publish("last:a", "\"one\""));
            get(client.subscribe("last:a", message -> texts.add(message.text())).ready());
            proxy.refuse();
            proxy.cut();
            Eventually.holds(() -> assertThat(client.state()).isNotEqualTo(ClientState.CONNECTED));
            proxy.pass();
            get(client.publish("last:a", "\"two\""));
            Eventually.holds(() -> assertThat(texts).containsExactly("one", "two"));
        }
    }

    @Test
    void whatWasMissedIsReadFromTheHistoryWhereItIsTooMuchForOneAnswer() throws Exception {
        Queue<Long> offsets = new ConcurrentLinkedQueue<>();
        Queue<Loss> losses = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES, "session.send-limit=64KiB");
                TcpProxy proxy = TcpProxy.to(server.port());
                ReconnectingClient client = to(proxy.port()).build();
                ReconnectingClient publisher = to(server.port()).build()) {
            SubscribeOptions options = SubscribeOptions.DEFAULT.onLost(losses::add);
            get(client.subscribe("kept:a", options, message -> offsets.add(offset(message)))
                    .ready());
            get(client.subscribe("few:a", options, message -> {}).ready());
            get(publisher.publish("kept:a", "1"));
            Eventually.holds(() -> assertThat(offsets).hasSize(1));
            proxy.refuse();
            proxy.cut();
            Eventually.holds(() -> assertThat(client.state()).isNotEqualTo(ClientState.CONNECTED));
            String large = Json.quote("x".repeat(500));
            for (int i = 0; i < 500; i++) {
                get(publisher.publish("kept:a", large));
                get(publisher.publish("few:a", "1"));
            }
            proxy.pass();
            Eventually.holds(() -> assertThat(offsets).hasSize(501));
            assertThat(offsets).containsExactlyElementsOf(upTo(501));
            Eventually.holds(() -> assertThat(losses).hasSize(1));
            Loss loss = losses.remove();
            assertThat(loss.channel()).isEqualTo("few:a");
            assertThat(known(loss.before()).offset()).isZero();
            assertThat(known(loss.after()).offset()).isEqualTo(495);
        }
    }

    @Test
    void everyMessageComesOnceAndInOrderOverManyRestarts() throws Exception {
        int port = FreePort.next();
        Queue<Long> offsets = new ConcurrentLinkedQueue<>();
        try (RedisServer redis = RedisServer.start();
                Instance other = Instance.start(RULES, "cluster.redis=" + redis.url())) {
            String[] settings = {RULES, "cluster.redis=" + redis.url(), "server.port=" + port};
            Instance server = Instance.start(settings);
            try (ReconnectingClient client = to(port).build();
                    ReconnectingClient publisher = to(other.port()).build()) {
                get(client.subscribe("kept:a", message -> offsets.add(offset(message)))
                        .ready());
                for (int restart = 0; restart < 3; restart++) {
                    publish(publisher, 100);
                    server.close();
                    publish(publisher, 100);
                    server = Instance.start(settings);
                    publish(publisher, 100);
                }
                Eventually.holds(() -> assertThat(offsets).hasSizeGreaterThanOrEqualTo(900));
                assertThat(offsets).containsExactlyElementsOf(upTo(900));
            } finally {
                server.close();
            }
        }
    }

    private static void publish(ReconnectingClient publisher, int count) {
        CompletableFuture.allOf(IntStream.range(0, count)
                        .mapToObj(i -> publisher.publish("kept:a", "" + i))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    @Test
    void aPublicationWithAKeyOutlivesItsConnection() throws Exception {
        try (Instance server = Instance.start(RULES);
                TcpProxy proxy = TcpProxy.to(server.port());
                ReconnectingClient client = to(proxy.port())
                        .pingInterval(Duration.ofMillis(100))
                        .silenceTimeout(Duration.ofMillis(500))
                        .build()) {
            get(client.publish("kept:a", "0"));
            proxy.swallow();
            CompletableFuture<Published> keyed = client.publish("kept:a", "1", "key");
            CompletableFuture<Published> bare = client.publish("kept:a", "2");
            assertThat(failure(bare)).isEqualTo("unknown");
            assertThat(failure(client.send("{}"))).isEqualTo("offline");
            proxy.pass();
            assertThat(known(get(keyed).position()).offset()).isEqualTo(2);
        }
    }

    @Test
    void aDrainingServerSaysWhenToComeBack() throws Exception {
        Queue<Disconnection> ends = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start("shutdown.drain=1s");
                ReconnectingClient client =
                        to(server.port()).onDisconnect(ends::add).build()) {
            get(client.publish("a", "1"));
            server.stop();
            Eventually.holds(() -> assertThat(ends).hasSize(1));
            Disconnection end = ends.remove();
            assertThat(end.code()).isEqualTo(1001);
            assertThat(end.reason())
                    .isEqualTo("retry after " + end.retryIn().orElseThrow().toMillis() + " ms");
        }
    }

    @Test
    void aRefusedHandshakeEndsItUnlessThereMayBeAnotherToken() throws Exception {
        String secret = "0123456789012345678901234567890123456789";
        String good = Tokens.secret("HS256", secret).sign(Tokens.claims());
        AtomicInteger asked = new AtomicInteger();
        try (Instance server = Instance.start("auth.required=true", "auth.jwt.secret=" + secret)) {
            try (ReconnectingClient client = to(server.port()).token("wrong").build()) {
                assertThat(failure(client.ended())).isEqualTo("refused");
                assertThat(failure(client.publish("a", "1"))).isEqualTo("closed");
            }
            try (ReconnectingClient client = to(server.port())
                    .token(() -> CompletableFuture.completedFuture(asked.incrementAndGet() < 3 ? "wrong" : good))
                    .build()) {
                get(client.publish("a", "1"));
                assertThat(asked).hasValue(3);
                get(client.refreshToken());
                assertThat(asked).hasValue(4);
            }
        }
        try (ReconnectingClient client = to(FreePort.next()).maxAttempts(3).build()) {
            assertThat(failure(client.ended())).isEqualTo("gave_up");
            assertThat(failure(client.publish("a", "1"))).isEqualTo("closed");
            assertThat(failure(client.subscribe("a", message -> {}).ready())).isEqualTo("closed");
        }
    }

    @Test
    void aCallbackThatThrowsHarmsNobody() throws Exception {
        Queue<ClientException> errors = new ConcurrentLinkedQueue<>();
        Queue<String> texts = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start();
                ReconnectingClient client = to(server.port())
                        .onError(errors::add)
                        .onConnect(() -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .build()) {
            client.subscribe("a", message -> {
                texts.add(message.text());
                throw new IllegalStateException("on purpose");
            });
            get(client.publish("a", "\"one\""));
            get(client.publish("a", "\"two\""));
            Eventually.holds(() -> assertThat(errors).hasSize(3));
            assertThat(errors).extracting(ClientException::code).containsOnly("callback");
            assertThat(texts).containsExactly("one", "two");
        }
    }

    @Test
    void aSlowHandlerStopsTheReadingAndGetsEverything() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Queue<Long> offsets = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES);
                ReconnectingClient client = to(server.port())
                        .pingInterval(Duration.ofMillis(50))
                        .silenceTimeout(Duration.ofMillis(200))
                        .build();
                ReconnectingClient publisher = to(server.port()).build()) {
            AtomicInteger given = new AtomicInteger();
            get(client.subscribe("kept:a", message -> {
                        given.incrementAndGet();
                        try {
                            assertThat(gate.await(60, SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        offsets.add(offset(message));
                    })
                    .ready());
            publish(publisher, 500);
            Eventually.holds(() -> assertThat(given).hasValue(1));
            get(publisher.publish("kept:a", "1"));
            gate.countDown();
            Eventually.holds(() -> assertThat(offsets).hasSize(501));
            assertThat(offsets).containsExactlyElementsOf(upTo(501));
        }
    }

    @Test
    void anAcknowledgedConsumerGoesOnBehindIt() throws Exception {
        Queue<Long> offsets = new ConcurrentLinkedQueue<>();
        try (Instance server = Instance.start(RULES)) {
            SubscribeOptions options = SubscribeOptions.DEFAULT.consumer("c");
            try (ReconnectingClient client = to(server.port()).build()) {
                Subscription subscription = client.subscribe("work:a", options, message -> {});
                get(subscription.ready());
                get(client.publish("work:a", "1"));
                get(client.publish("work:a", "2"));
                subscription.ack(1);
                get(client.history("work:a", HistoryQuery.oldest(1)));
            }
            try (ReconnectingClient client = to(server.port()).build()) {
                get(client.subscribe("work:a", options, message -> offsets.add(offset(message)))
                        .ready());
                Eventually.holds(() -> assertThat(offsets).containsExactly(2L));
            }
        }
    }

    @Test
    void theRawClientSpeaksBareMessages() throws Exception {
        Queue<String> texts = new ConcurrentLinkedQueue<>();
        Queue<byte[]> binaries = new ConcurrentLinkedQueue<>();
        CountDownLatch connected = new CountDownLatch(1);
        try (Instance server = Instance.start();
                RawClient client = RawClient.builder(URI.create("ws://localhost:" + server.port() + "/raw/a"))
                        .onText(texts::add)
                        .onBinary(binaries::add)
                        .onConnect(connected::countDown)
                        .build();
                WebSocketPeer peer = server.connect("/raw/a")) {
            assertThat(connected.await(60, SECONDS)).isTrue();
            get(client.send("hello"));
            get(client.send(new byte[] {0, 1, 2}));
            peer.expectText("hello");
            Eventually.holds(() -> assertThat(binaries).hasSize(1));
            assertThat(binaries.peek()).containsExactly(0, 1, 2);
            assertThat(texts).containsExactly("hello");
        }
    }

    @Test
    void nothingOfItIsLeftWhenItIsClosed() throws Exception {
        try (Instance server = Instance.start()) {
            ReconnectingClient client = to(server.port()).build();
            get(client.publish("a", "1"));
            assertThat(threads()).isNotEmpty();
            client.close();
            client.close();
            assertThat(failure(client.publish("a", "1"))).isEqualTo("closed");
            assertThat(failure(client.send("x"))).isEqualTo("closed");
            get(client.subscribe("a", message -> {}).unsubscribe());
            Eventually.holds(() -> {
                System.gc();
                assertThat(threads()).isEmpty();
            });
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("fanfare-client") || name.startsWith("HttpClient"))
                .toList();
    }
}
