package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Authenticator;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.Identity;
import dev.fanfare.auth.Plugins;
import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, by the keys that the file has, and by what somebody brought with him. */
class AuthenticationTest {
    private static final String KEYS =
            "auth.api-keys=[{name: backend, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae},"
                    + "{name: other, sha256: fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9}]";
    private static final String KEY = "foo";
    private static final String OTHER_KEY = "bar";

    @RegisterExtension
    static final SharedInstance OPEN = SharedInstance.with(KEYS);

    @RegisterExtension
    static final SharedInstance CLOSED = SharedInstance.with(KEYS, "auth.required=true", "auth.query-token=true");

    @RegisterExtension
    static final SharedInstance KEYLESS = SharedInstance.with();

    /** Decides when the test says so. */
    private static final class Slow implements Authenticator {
        final BlockingQueue<Promise<Identity>> asked = new LinkedBlockingQueue<>();
        final BlockingQueue<Credentials> shown = new LinkedBlockingQueue<>();

        @Override
        public Future<Identity> authenticate(Credentials credentials) {
            Promise<Identity> decision = Promise.promise();
            shown.add(credentials);
            asked.add(decision);
            return decision.future();
        }

        Promise<Identity> next() throws InterruptedException {
            return Objects.requireNonNull(asked.poll(60, TimeUnit.SECONDS), "nobody was asked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/a", "/ws"})
    void aKeyIsTakenFromTheHeaderTheSubprotocolAndTheQuery(String path) {
        for (String key : new String[] {KEY, OTHER_KEY}) {
            assertThat(CLOSED.answer(CLOSED.upgrade(path).bearing(key)).status())
                    .isEqualTo(101);
            Response offered = CLOSED.answer(CLOSED.upgrade(path).offeringBearer(key));
            assertThat(offered.status()).isEqualTo(101);
            assertThat(offered.header("Sec-WebSocket-Protocol")).isEqualTo("fanfare");
            assertThat(CLOSED.answer(CLOSED.upgrade(path + "?a=b&access_token=" + key))
                            .status())
                    .isEqualTo(101);
        }
    }

    @Test
    void whoIsRefusedTakesNoPlaceFromOthers() {
        try (Instance server = Instance.start(KEYS, "server.max-connections=1");
                HttpPeer refused = HttpPeer.to(server.port())) {
            refused.send(
                    UpgradeRequest.to(server.port(), "/ws").bearing("wrong").text());
            assertThat(refused.response().status()).isEqualTo(401);
            try (WebSocketPeer welcome = server.connect("/ws")) {
                welcome.expectNothingBeforePong();
            }
            refused.wire().expectEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer fooo,credential_unknown",
        "Bearer FOO,credential_unknown",
        "Bearer fo,credential_unknown",
        "Bearer,credential_missing",
        "Bearer foo bar,credential_malformed",
        "Bearer fö,credential_malformed",
        "Basic Zm9vOmJhcg==,credential_missing",
        "foo,credential_missing"
    })
    void aWrongCredentialIsRefusedWithoutAWordOfWhyWhetherOneIsNeededOrNot(String header, String reason) {
        for (SharedInstance server : new SharedInstance[] {OPEN, CLOSED}) {
            String counter = "fanfare_handshakes_rejected_total{reason=\"" + reason + "\"}";
            double before = server.instance().metric(counter);
            for (String path : new String[] {"/", "/ws"}) {
                try (HttpPeer peer = HttpPeer.to(server.port())) {
                    Response response = peer.send(server.upgrade(path)
                                    .with("Authorization", header)
                                    .text())
                            .response();
                    assertThat(response.status()).isEqualTo(401);
                    assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"fanfare\"");
                    assertThat(response.body()).isEqualTo("a valid credential is needed\n");
                }
            }
            assertThat(server.instance().metric(counter)).isEqualTo(before + 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer.", "bearer.%%%", "bearer.Zm9v\u00e4", "bearer.Zm9vbw"})
    void aWrongCredentialAmongTheSubprotocolsIsRefused(String subprotocol) {
        assertThat(OPEN.answer(OPEN.upgrade("/ws").with("Sec-WebSocket-Protocol", "fanfare, " + subprotocol))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void whoShowsNothingIsRefusedWhereSomethingIsNeededAndAnonymousElsewhere() {
        String counter = "fanfare_handshakes_rejected_total{reason=\"credential_missing\"}";
        double before = CLOSED.instance().metric(counter);
        assertThat(CLOSED.answer(CLOSED.upgrade("/ws")).status()).isEqualTo(401);
        assertThat(CLOSED.answer(CLOSED.upgrade("/")).status()).isEqualTo(401);
        assertThat(CLOSED.instance().metric(counter)).isEqualTo(before + 2);
        assertThat(OPEN.answer(OPEN.upgrade("/ws")).status()).isEqualTo(101);
    }

    @Test
    void moreThanOneCredentialIsABadRequest() {
        UpgradeRequest two = CLOSED.upgrade("/ws").bearing(KEY).offeringBearer(KEY);
        assertThat(CLOSED.answer(two).status()).isEqualTo(400);
        assertThat(CLOSED.answer(CLOSED.upgrade("/ws").bearing(KEY).bearing(KEY))
                        .status())
                .isEqualTo(400);
        assertThat(CLOSED.answer(CLOSED.upgrade("/ws?access_token=foo&access_token=foo"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aCredentialInTheQueryIsRefusedWhereThatIsOff() {
        assertThat(OPEN.answer(OPEN.upgrade("/ws?access_token=foo")).status()).isEqualTo(401);
    }

    @Test
    void credentialsArePassedOverWhereThereIsNothingToShow() {
        assertThat(KEYLESS.answer(KEYLESS.upgrade("/ws").with("Authorization", "Basic x"))
                        .status())
                .isEqualTo(101);
        assertThat(KEYLESS.answer(KEYLESS.upgrade("/ws?access_token=x")).status())
                .isEqualTo(101);
    }

    @Test
    void eachSessionIsToldItsId() {
        String first = OPEN.answer(OPEN.upgrade("/")).header("Fanfare-Session");
        String second = OPEN.answer(OPEN.upgrade("/ws")).header("Fanfare-Session");
        assertThat(first).matches("[A-Za-z0-9_-]{22}").isNotEqualTo(second);
        assertThat(second).matches("[A-Za-z0-9_-]{22}");
    }

    @Test
    void whatIsSentBeforeTheDecisionIsCarriedOutAfterIt() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(slow, null));
                HttpPeer http = HttpPeer.to(server.port())) {
            var sent = new ByteArrayOutputStream();
            sent.write(UpgradeRequest.to(server.port(), "/ws")
                    .with("Cookie", "session=7")
                    .text()
                    .getBytes(StandardCharsets.US_ASCII));
            sent.write(Frame.encodeAll(
                    Frame.text(Commands.subscribe("a", "1")),
                    Frame.text(Commands.publish("a", "7", "3")),
                    Frame.text("{\"type\":\"ping\",\"id\":2}")));
            http.send(sent.toByteArray());
            Promise<Identity> decision = slow.next();
            Credentials shown = slow.shown.remove();
            assertThat(shown.token()).isNull();
            assertThat(shown.address()).isEqualTo("127.0.0.1");
            assertThat(shown.headers().get("cookie")).isEqualTo("session=7");
            decision.complete(Identity.of("alice", Map.of(), Identity.NEVER));
            assertThat(http.response().status()).isEqualTo(101);
            WebSocketPeer peer = http.upgraded();
            assertThat(peer.text()).contains("\"subscribed\"");
            assertThat(List.of(peer.text(), peer.text(), peer.text()))
                    .anyMatch(text -> text.contains("\"data\":7"))
                    .anyMatch(text -> text.contains("\"published\""))
                    .anyMatch(text -> text.contains("\"pong\""));
        }
    }

    @Test
    void aDenialOfWhatIsDecidedLaterIsAnsweredAndEndsTheConnection() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(slow, null), "auth.required=true")) {
            for (String path : new String[] {"/", "/ws"}) {
                try (HttpPeer http = HttpPeer.to(server.port())) {
                    http.send(UpgradeRequest.to(server.port(), path).text());
                    slow.next().complete(Identity.ANONYMOUS);
                    assertThat(http.response().status()).isEqualTo(401);
                    http.wire().expectEnd();
                }
            }
            assertThat(server.metric("fanfare_connections_total")).isZero();
            assertThat(server.metric("fanfare_disconnections_total")).isZero();
        }
    }

    @Test
    void oneWhoLeavesBeforeTheDecisionLeavesNothingBehind() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(slow, null), "server.max-connections=1")) {
            HttpPeer first = HttpPeer.to(server.port());
            first.send(UpgradeRequest.to(server.port(), "/").text());
            Promise<Identity> decision = slow.next();
            first.wire().reset();
            decision.complete(Identity.ANONYMOUS);
            Eventually.holds(() -> {
                try (HttpPeer second = HttpPeer.to(server.port())) {
                    second.send(UpgradeRequest.to(server.port(), "/ws").text());
                    Promise<Identity> asked = slow.asked.poll(1, TimeUnit.SECONDS);
                    assertThat(asked).as("there is a place for the second").isNotNull();
                    Objects.requireNonNull(asked).complete(Identity.ANONYMOUS);
                    assertThat(second.response().status()).isEqualTo(101);
                }
            });
            Eventually.holds(
                    () -> assertThat(server.metric("fanfare_connected_clients")).isZero());
            assertThat(server.metric("fanfare_subscriptions")).isZero();
        }
    }

    @SuppressWarnings("NullAway") // what a plugin must not do, and may
    @ParameterizedTest
    @CsvSource({
        "throws,authenticator_failed",
        "fails,authenticator_failed",
        "null,authenticator_failed",
        "nobody,authenticator_failed",
        "silent,authenticator_timeout",
        "expired,token_expired"
    })
    void whateverGoesWrongIsANo(String how, String reason) {
        Authenticator broken = credentials -> switch (how) {
            case "throws" -> throw new IllegalStateException(credentials.token());
            case "fails" -> Future.failedFuture(String.valueOf(credentials.token()));
            case "null" -> null;
            case "nobody" -> Future.succeededFuture();
            case "expired" -> Future.succeededFuture(Identity.of("alice", Map.of(), 1));
            default -> Promise.<Identity>promise().future();
        };
        try (Instance server = Instance.start(new Plugins(broken, null), "auth.timeout=50ms");
                HttpPeer http = HttpPeer.to(server.port())) {
            http.send(UpgradeRequest.to(server.port(), "/ws").bearing("canary").text());
            assertThat(http.response().status()).isEqualTo(401);
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"" + reason + "\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void anAuthenticatorOfOnesOwnStandsBesideTheKeys() throws Exception {
        Authenticator own = credentials -> Future.succeededFuture(Identity.of("alice", Map.of(), Identity.NEVER));
        try (Instance server = Instance.start(new Plugins(own, null), KEYS);
                WebSocketPeer alice = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing("mine"));
                WebSocketPeer service = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing(KEY))) {
            alice.sendText(Commands.subscribe("user:alice", "1"));
            assertThat(alice.text()).contains("\"subscribed\"");
            service.sendText(Commands.subscribe("user:alice", "1"));
            assertThat(service.text()).contains("\"unauthorised\"");
        }
    }
}
