package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Authenticator;
import dev.fanfare.auth.ChannelAuthorizer;
import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.Identity;
import dev.fanfare.auth.Plugins;
import dev.fanfare.config.ChannelPattern;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.Commands;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What those who were let in may do, by the rules, by what their token grants, and by what somebody brought with him. */
class AuthorizationTest {
    private static final String[] RULES = {
        "auth.api-keys=[{name: a, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae, claims: editor}]",
        "broadcast.publish=authenticated",
        "channels=[{match: 'news:internal*', subscribe: authenticated, publish: nobody},"
                + "{match: 'news:*', publish: 'claim:editor'}, {match: closed, subscribe: nobody, publish: nobody},"
                + "{match: listen, publish: nobody}]"
    };
    private static final String KEY = "foo";

    /** In milliseconds: time enough to connect and to show another token, on a machine that does other things too. */
    private static final long SOON = 4_000;

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(new Plugins(AuthorizationTest::byName, null), RULES);

    /** Whoever says his name is who he says; 'granted' may do more than the rules say, 'soon' but for a moment. */
    private static Future<Identity> byName(Credentials credentials) {
        String name = credentials.token();
        if (name == null) {
            return Future.succeededFuture(Identity.ANONYMOUS);
        }
        if (name.equals("wrong")) {
            return Future.failedFuture(new DeniedException(DeniedException.Reason.CREDENTIAL_UNKNOWN));
        }
        boolean granted = name.endsWith(".granted");
        List<ChannelPattern> channels =
                granted ? List.of(new ChannelPattern("closed"), new ChannelPattern("user:*")) : List.of();
        long expiresAt = name.endsWith(".soon") ? System.currentTimeMillis() + SOON : Identity.NEVER;
        return Future.succeededFuture(new Identity(
                Identity.Kind.TOKEN, name.split("\\.", 2)[0], Map.of(), channels, channels, expiresAt, ""));
    }

    private static WebSocketPeer connect(String token) {
        UpgradeRequest request = SERVER.upgrade("/ws");
        return SERVER.connect(token.isEmpty() ? request : request.bearing(token));
    }

    private static String ask(WebSocketPeer peer, String command) {
        return peer.sendText(command).text();
    }

    @Test
    void theFirstRuleThatMatchesHolds() {
        WebSocketPeer anonymous = connect("");
        WebSocketPeer service = connect(KEY);
        assertThat(ask(anonymous, Commands.subscribe("news:internal1", "1"))).contains("\"code\":\"unauthorised\"");
        assertThat(ask(anonymous, Commands.subscribe("news:1", "2"))).contains("\"subscribed\"");
        assertThat(ask(anonymous, Commands.publish("news:1", "1", "3")))
                .contains("\"code\":\"unauthorised\"", "this session may not publish to 'news:1'", "\"id\":\"3\"");
        assertThat(ask(anonymous, Commands.publish("other", "1", "4"))).contains("\"published\"");
        assertThat(ask(service, Commands.subscribe("news:internal1", "1"))).contains("\"subscribed\"");
        assertThat(ask(service, Commands.publish("news:internal1", "1", "2"))).contains("\"code\":\"unauthorised\"");
        assertThat(ask(service, Commands.publish("news:1", "1", "3"))).contains("\"published\"");
        assertThat(anonymous.text()).contains("\"event\"", "news:1");
    }

    @Test
    void eachChannelOfAListIsJudgedAsIfAlone() {
        assertThat(ask(connect(""), "{\"type\":\"subscribe\",\"channels\":[\"closed\",\"a\",\"user:x\"],\"id\":1}"))
                .contains("{\"type\":\"error\",\"channel\":\"closed\",\"code\":\"unauthorised\"")
                .contains("{\"type\":\"subscribed\",\"channel\":\"a\"}")
                .contains("{\"type\":\"error\",\"channel\":\"user:x\",\"code\":\"unauthorised\"");
    }

    @Test
    void everybodyIsReachedByThoseWhoMay() {
        WebSocketPeer listener = connect("");
        assertThat(ask(listener, Commands.broadcast("1", "1"))).contains("\"code\":\"unauthorised\"", "to everybody");
        WebSocketPeer service = connect(KEY);
        service.sendText(Commands.broadcast("2", "1"));
        assertThat(listener.text()).contains("\"data\":2");
    }

    @Test
    void aUsersOwnChannelIsReadByHimAlone() {
        WebSocketPeer alice = connect("alice");
        assertThat(ask(alice, Commands.subscribe("user:alice", "1"))).contains("\"subscribed\"");
        for (String other : List.of("", KEY, "bob", "bob.granted")) {
            WebSocketPeer peer = connect(other);
            assertThat(ask(peer, Commands.subscribe("user:alice", "1"))).contains("\"code\":\"unauthorised\"");
            assertThat(ask(peer, Commands.publish("user:alice", "7", "2"))).contains("\"published\"");
            assertThat(alice.text()).contains("\"data\":7");
        }
        assertThat(SERVER.answer(SERVER.upgrade("/raw/user:alice").bearing("bob"))
                        .status())
                .isEqualTo(403);
        assertThat(SERVER.answer(SERVER.upgrade("/raw/user:alice").bearing("alice"))
                        .status())
                .isEqualTo(101);
    }

    @Test
    void aProcessIsSpokenForByKeysAlone() {
        WebSocketPeer listener = connect("");
        assertThat(ask(listener, Commands.subscribe("process:1", "1"))).contains("\"subscribed\"");
        for (String other : List.of("", "alice", "alice.granted")) {
            assertThat(ask(connect(other), Commands.publish("process:1", "1", "1")))
                    .contains("\"code\":\"unauthorised\"");
        }
        assertThat(ask(connect(KEY), Commands.publish("process:1", "1", "1"))).contains("\"published\"");
        assertThat(listener.text()).contains("\"event\"", "process:1");
    }

    @Test
    void aTokenGrantsWhatTheRulesDoNot() {
        WebSocketPeer granted = connect("alice.granted");
        assertThat(ask(granted, Commands.subscribe("closed", "1"))).contains("\"subscribed\"");
        assertThat(List.of(ask(granted, Commands.publish("closed", "1", "2")), granted.text()))
                .anyMatch(text -> text.contains("\"event\""))
                .anyMatch(text -> text.contains("\"published\""));
        assertThat(ask(connect("alice"), Commands.subscribe("closed", "1"))).contains("\"code\":\"unauthorised\"");
    }

    @Test
    void aRawSocketIsRefusedWhereItMayNotListenAndClosedWhereItMayNotSpeak() {
        assertThat(SERVER.answer(SERVER.upgrade("/raw/closed")).status()).isEqualTo(403);
        assertThat(SERVER.instance().metric("fanfare_handshakes_rejected_total{reason=\"rule\"}"))
                .isPositive();
        WebSocketPeer listener = SERVER.connect("/raw/listen");
        assertThat(ask(connect(KEY), Commands.publish("listen", "1", "1"))).contains("\"code\":\"unauthorised\"");
        listener.expectNothingBeforePong();
        Frame close = listener.sendText("no").expectClose(1008);
        assertThat(close.closeReason()).isEqualTo("unauthorised");
    }

    @Test
    void anExpiredTokenClosesUnlessAFreshOneCameBefore() {
        WebSocketPeer renewed = connect("alice.soon");
        WebSocketPeer expiring = connect("alice.soon");
        WebSocketPeer raw = SERVER.connect(SERVER.upgrade("/").bearing("alice.soon"));
        assertThat(ask(renewed, "{\"type\":\"token\",\"data\":\"alice\",\"id\":7}"))
                .startsWith("{\"type\":\"token\",\"id\":7,\"timestamp\":");
        expiring.expectClose(4002);
        raw.expectClose(4002);
        renewed.expectNothingBeforePong();
    }

    @Test
    void aFreshTokenIsOfTheSameUserAndElseNothingChanges() {
        WebSocketPeer alice = connect("alice");
        assertThat(ask(alice, Commands.subscribe("user:alice", "1"))).contains("\"subscribed\"");
        for (String token : List.of("bob", "wrong", KEY)) {
            assertThat(ask(alice, "{\"type\":\"token\",\"data\":\"" + token + "\",\"id\":2}"))
                    .contains("\"code\":\"unauthorised\"", "the token was not accepted")
                    .doesNotContain(token);
        }
        assertThat(ask(alice, "{\"type\":\"token\",\"id\":3}")).contains("\"bad_request\"");
        alice.sendText(Commands.publish("user:alice", "1"));
        assertThat(alice.text()).contains("\"event\"");
    }

    @Test
    void whoeverShowedNothingMayShowSomethingLater() {
        WebSocketPeer peer = connect("");
        assertThat(ask(peer, Commands.subscribe("user:alice", "1"))).contains("\"unauthorised\"");
        assertThat(ask(peer, "{\"type\":\"token\",\"data\":\"alice\",\"id\":2}"))
                .contains("\"token\"");
        assertThat(ask(peer, Commands.subscribe("user:alice", "3"))).contains("\"subscribed\"");
    }

    @Test
    void whatAFreshTokenDoesNotAllowIsLeft() {
        WebSocketPeer peer = connect("alice.granted");
        assertThat(ask(peer, Commands.subscribe("closed", "1"))).contains("\"subscribed\"");
        assertThat(ask(peer, Commands.subscribe("open", "2"))).contains("\"subscribed\"");
        assertThat(ask(peer, "{\"type\":\"token\",\"data\":\"alice\",\"id\":3}"))
                .startsWith(
                        "{\"type\":\"unsubscribed\",\"channel\":\"closed\",\"code\":\"unauthorised\",\"timestamp\"");
        assertThat(peer.text()).contains("\"type\":\"token\"");
        assertThat(ask(connect("bob.granted"), Commands.publish("closed", "1", "1")))
                .contains("\"published\"");
        assertThat(ask(peer, Commands.publish("open", "5", "4"))).contains("open");
    }

    /** Says yes to channels that begin so, when the test says so, and never to others. */
    private static final class Slow implements ChannelAuthorizer {
        final BlockingQueue<Promise<Boolean>> asked = new LinkedBlockingQueue<>();

        @Override
        @SuppressWarnings("NullAway") // what a plugin must not do, and may
        public Future<Boolean> authorize(Identity identity, Action action, @Nullable ChannelName channel) {
            String name = String.valueOf(channel);
            if (name.startsWith("slow")) {
                Promise<Boolean> promise = Promise.promise();
                asked.add(promise);
                return promise.future();
            }
            return switch (name) {
                case "throws" -> throw new IllegalStateException();
                case "null" -> null;
                case "fails" -> Future.failedFuture("broken");
                default -> Future.succeededFuture(true);
            };
        }

        Promise<Boolean> next() throws InterruptedException {
            return Objects.requireNonNull(asked.poll(60, TimeUnit.SECONDS), "nobody was asked");
        }
    }

    @Test
    void nothingIsCarriedOutWhileADecisionIsPending() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(null, slow));
                WebSocketPeer peer = server.connect("/ws");
                WebSocketPeer bystander = server.connect("/ws")) {
            peer.send(
                    Frame.text(Commands.publish("slow", "1", "1")),
                    Frame.text(Commands.publish("fast", "1", "2")),
                    Frame.text(Commands.subscribe("slow2", "3")),
                    Frame.text("{\"type\":\"ping\",\"id\":\"4\"}"));
            Promise<Boolean> first = slow.next();
            assertThat(bystander.sendText(Commands.publish("other", "1", "1")).text())
                    .contains("\"published\"");
            assertThat(server.metric("fanfare_messages_total")).isEqualTo(1);
            first.complete(false);
            assertThat(peer.text()).contains("\"unauthorised\"", "\"id\":\"1\"");
            assertThat(peer.text()).contains("\"published\"", "\"id\":\"2\"");
            slow.next().complete(true);
            assertThat(peer.text()).contains("\"subscribed\"", "\"id\":\"3\"");
            assertThat(peer.text()).contains("\"pong\"", "\"id\":\"4\"");
        }
    }

    @Test
    void whatWasSentBeforeLeavingIsPublishedWhenItIsDecided() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(null, slow));
                WebSocketPeer listener = server.connect("/ws")) {
            assertThat(listener.sendText(Commands.subscribe("slower", "1")).wire())
                    .isNotNull();
            slow.next().complete(true);
            assertThat(listener.text()).contains("\"subscribed\"");
            WebSocketPeer leaving = server.connect("/ws");
            leaving.send(
                    Frame.text(Commands.publish("slower", "1", "1")), Frame.text(Commands.publish("slower", "2", "2")));
            Promise<Boolean> first = slow.next();
            leaving.vanish();
            Eventually.holds(
                    () -> assertThat(server.metric("fanfare_connected_clients")).isEqualTo(1));
            first.complete(true);
            assertThat(listener.text()).contains("\"data\":1");
            slow.next().complete(true);
            assertThat(listener.text()).contains("\"data\":2");
        }
    }

    @Test
    void whatIsUndecidedWhenASessionIsSentAwayIsNotPublished() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(AuthorizationTest::byName, slow), ApiClient.SETTING);
                WebSocketPeer listener = server.connect("/ws");
                WebSocketPeer alice = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing("alice"))) {
            listener.sendText(Commands.subscribe("slow", "1"));
            slow.next().complete(true);
            assertThat(listener.text()).contains("\"subscribed\"");
            alice.sendText(Commands.publish("slow", "\"too late\"", "1"));
            Promise<Boolean> decision = slow.next();
            assertThat(ApiClient.post(server.port(), "/api/v1/disconnect", "{\"user\":\"alice\"}")
                            .body())
                    .contains("\"disconnected\":1");
            alice.expectClose(4500);
            decision.complete(true);
            Eventually.holds(() -> assertThat(server.metric("fanfare_dropped_total{reason=\"unauthorised\"}"))
                    .isEqualTo(1));
            listener.expectNothingBeforePong();
        }
    }

    @Test
    void whoIsSentAwayGoesAlsoWhileSomethingIsUndecided() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(null, slow), ApiClient.SETTING, "auth.timeout=1m");
                WebSocketPeer service = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing(ApiClient.KEY))) {
            service.sendText(Commands.subscribe("slow", "1"));
            Promise<Boolean> decision = slow.next();
            server.reconfigure();
            service.expectClose(4501);
            decision.complete(true);
        }
    }

    @Test
    void aSessionKeepsItsPlaceUntilWhatItSentIsDecided() throws Exception {
        var slow = new Slow();
        try (Instance server = Instance.start(new Plugins(null, slow), "server.max-connections=2");
                WebSocketPeer listener = server.connect("/ws")) {
            listener.sendText(Commands.subscribe("a", "1"));
            assertThat(listener.text()).contains("\"subscribed\"");
            WebSocketPeer leaving = server.connect("/ws");
            leaving.sendText(Commands.publish("slow", "1", "1"));
            Promise<Boolean> decision = slow.next();
            leaving.vanish();
            Eventually.holds(
                    () -> assertThat(server.metric("fanfare_connected_clients")).isEqualTo(1));
            try (HttpPeer another = HttpPeer.to(server.port())) {
                another.send(UpgradeRequest.to(server.port(), "/ws").text());
                assertThat(another.response().status()).isEqualTo(503);
            }
            decision.complete(true);
            Eventually.holds(() -> {
                try (HttpPeer another = HttpPeer.to(server.port())) {
                    another.send(UpgradeRequest.to(server.port(), "/ws").text());
                    assertThat(another.responseHead().status()).isEqualTo(101);
                }
            });
        }
    }

    @Test
    void anAuthenticatorThatBreaksWhenItIsAskedAgainSendsItsSessionsAwayAndNoOthers() {
        Authenticator broken = new Authenticator() {
            @Override
            public Future<Identity> authenticate(Credentials credentials) {
                return byName(credentials);
            }

            @Override
            public Optional<Identity> renew(Identity identity) {
                throw new IllegalStateException("broken");
            }
        };
        try (Instance server = Instance.start(new Plugins(broken, null));
                WebSocketPeer alice = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing("alice"));
                WebSocketPeer anonymous = server.connect("/ws")) {
            server.reconfigure("session.max-subscriptions=1");
            alice.expectClose(4002);
            anonymous.expectNothingBeforePong();
        }
    }

    @Test
    void tokensAreBoundedOnASession() {
        WebSocketPeer alice = connect("alice");
        String token = "{\"type\":\"token\",\"data\":\"alice\",\"id\":1}";
        for (int i = 0; i < 10; i++) {
            assertThat(ask(alice, token)).contains("\"token\"");
        }
        for (int i = 0; i < 100; i++) {
            alice.sendText(token);
        }
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            refused += alice.text().contains("\"rate_limited\"") ? 1 : 0;
        }
        assertThat(refused).isPositive();
    }

    @Test
    void anAuthorizerThatBreaksOrIsSilentDenies() {
        try (Instance server = Instance.start(new Plugins(null, new Slow()), "auth.timeout=50ms");
                WebSocketPeer peer = server.connect("/ws")) {
            for (String channel : List.of("throws", "null", "fails", "slow")) {
                assertThat(ask(peer, Commands.subscribe(channel, "1"))).contains("\"code\":\"unauthorised\"");
                assertThat(ask(peer, Commands.publish(channel, "1", "1"))).contains("\"code\":\"unauthorised\"");
            }
            assertThat(ask(peer, Commands.subscribe("other", "1"))).contains("\"subscribed\"");
        }
    }

    @Test
    void theRulesThatHoldChangeForOpenSessionsToo() {
        String key =
                "auth.api-keys=[{name: a, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae}]";
        Authenticator byName = AuthorizationTest::byName;
        try (Instance server = Instance.start(new Plugins(byName, null), key);
                WebSocketPeer json = server.connect("/ws");
                WebSocketPeer raw = server.connect("/raw/a");
                WebSocketPeer service = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing(KEY));
                WebSocketPeer alice = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing("alice"))) {
            assertThat(ask(json, Commands.subscribe("a", "1"))).contains("\"subscribed\"");
            assertThat(ask(json, Commands.subscribe("b", "2"))).contains("\"subscribed\"");
            server.reconfigure(key, "channels=[{match: a, subscribe: authenticated}]");
            assertThat(json.text()).contains("\"unsubscribed\"", "\"channel\":\"a\"", "\"code\":\"unauthorised\"");
            assertThat(raw.expectClose(4501).closeReason()).isEqualTo("unauthorised");
            json.sendText(Commands.publish("b", "1"));
            assertThat(json.text()).contains("\"event\"");

            server.reconfigure("auth.required=true");
            json.expectClose(4501);
            service.expectClose(4501);
            alice.expectNothingBeforePong();
            assertThat(server.metric("fanfare_disconnections_total{reason=\"not_authorised\"}"))
                    .isEqualTo(3);
        }
    }

    @Test
    void theClaimsOfAKeyChangeForOpenSessionsToo() {
        String key =
                "auth.api-keys=[{name: a, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
        String rule = "channels=[{match: a, publish: 'claim:editor'}]";
        try (Instance server = Instance.start(key + ", claims: editor}]", rule);
                WebSocketPeer service = WebSocketPeer.to(server.port())
                        .connect(UpgradeRequest.to(server.port(), "/ws").bearing(KEY))) {
            assertThat(ask(service, Commands.publish("a", "1", "1"))).contains("\"published\"");
            server.reconfigure(key + "}]", rule);
            Eventually.holds(() ->
                    assertThat(ask(service, Commands.publish("a", "1", "1"))).contains("\"code\":\"unauthorised\""));
        }
    }

    @Test
    void whatIsRefusedIsAnsweredInItsTurn() {
        WebSocketPeer peer = connect("");
        String commands = "published,unauthorised,published,unauthorised";
        peer.send(
                Frame.text(Commands.publish("other", "1", "1")),
                Frame.text(Commands.publish("closed", "1", "2")),
                Frame.text(Commands.publish("other", "1", "3")),
                Frame.text(Commands.publish("closed", "1", "4")));
        int id = 0;
        for (String expected : commands.split(",", -1)) {
            id++;
            assertThat(peer.text()).contains('"' + expected + '"', "\"id\":\"" + id + "\"");
        }
    }

    @Test
    void boundsThatChangeHoldForThoseWhoComeAfterwards() {
        try (Instance server = Instance.start("session.max-subscriptions=1");
                WebSocketPeer before = server.connect("/ws")) {
            server.reconfigure("session.max-subscriptions=2", "server.origins=https://a.example");
            Eventually.holds(() -> {
                try (WebSocketPeer after = server.connect("/ws")) {
                    String answer = ask(after, "{\"type\":\"subscribe\",\"channels\":[\"a\",\"b\"],\"id\":1}");
                    assertThat(answer).doesNotContain("limit_exceeded");
                }
            });
            assertThat(ask(before, "{\"type\":\"subscribe\",\"channels\":[\"a\",\"b\"],\"id\":1}"))
                    .contains("limit_exceeded");
        }
    }
}
