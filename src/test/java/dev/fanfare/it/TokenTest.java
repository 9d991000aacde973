package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.LogRecord;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens as clients show them: with the handshake, and later on. */
class TokenTest {
    private static final String SECRET = "a secret that has thirty-two bytes, and some";

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            "auth.required=true",
            "auth.query-token=true",
            "auth.jwt.secret=" + SECRET,
            "auth.jwt.issuer=https://issuer.example",
            "auth.jwt.audience=fanfare");

    private static final Tokens ISSUER = Tokens.secret("HS256", SECRET);

    private static String token(String... members) {
        return tokenUntil(Instant.now().plusSeconds(3600), members);
    }

    private static String tokenUntil(Instant expiry, String... members) {
        List<String> all = new ArrayList<>(List.of(
                "\"iss\":\"https://issuer.example\"", "\"aud\":[\"other\",\"fanfare\"]", "\"exp\":" + seconds(expiry)));
        all.addAll(List.of(members));
        return ISSUER.sign("{" + String.join(",", all) + "}");
    }

    private static String seconds(Instant instant) {
        return instant.getEpochSecond() + "." + "%03d".formatted(instant.toEpochMilli() % 1_000);
    }

    private static UpgradeRequest bearing(String path, String token) {
        return SERVER.upgrade(path).with("Authorization", "Bearer " + token);
    }

    private static double rejected(String reason) {
        return SERVER.instance().metric("fanfare_handshakes_rejected_total{reason=\"" + reason + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/raw/a", "/ws"})
    void whoShowsATokenIsLetIn(String path) {
        SERVER.connect(bearing(path, token("\"sub\":\"ann\""))).expectNothingBeforePong();
        SERVER.connect(SERVER.upgrade(path + "?access_token=" + token())).expectNothingBeforePong();
        SERVER.connect(SERVER.upgrade(path).with("Sec-WebSocket-Protocol", "fanfare, bearer." + Tokens.base64(token())))
                .expectNothingBeforePong();
    }

    static Stream<Arguments> refused() {
        Instant now = Instant.now();
        String good = token();
        return Stream.of(
                Arguments.of("credential_unknown", "abc"),
                Arguments.of("credential_malformed", good.substring(0, good.lastIndexOf('.') + 1)),
                Arguments.of("credential_malformed", good + "="),
                Arguments.of("credential_unknown", good.substring(0, good.length() - 4) + "AAAA"),
                Arguments.of(
                        "credential_unknown",
                        Tokens.secret("HS256", "x" + SECRET).sign(Tokens.claims())),
                Arguments.of("credential_unknown", ISSUER.by("HS512").sign(Tokens.claims())),
                Arguments.of("token_expired", tokenUntil(now.minusSeconds(1))),
                Arguments.of("token_expired", tokenUntil(Instant.EPOCH)),
                Arguments.of(
                        "token_not_yet_valid",
                        token("\"nbf\":" + now.plusSeconds(300).getEpochSecond())),
                Arguments.of("token_claims", ISSUER.sign(Tokens.claims())),
                Arguments.of("token_claims", token("\"sub\":\"\"")),
                Arguments.of("token_claims", token("\"channels\":\"news\"")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whoShowsAnotherIsRefusedAndNotToldWhy(String reason, String token) {
        try (LogRecord log = LogRecord.open()) {
            for (String path : new String[] {"/", "/ws"}) {
                double before = rejected(reason);
                Response answer = SERVER.answer(bearing(path, token));
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"fanfare\"");
                assertThat(rejected(reason) - before).isEqualTo(1);
            }
            assertThat(log.lines()).noneMatch(line -> line.contains(token));
        }
    }

    @Test
    void whoShowsNothingIsRefused() {
        double before = rejected("credential_missing");
        assertThat(SERVER.answer(SERVER.upgrade("/ws")).status()).isEqualTo(401);
        assertThat(rejected("credential_missing") - before).isEqualTo(1);
    }

    @Test
    void aSessionEndsWithItsToken() {
        String soon = tokenUntil(Instant.now().plusSeconds(4));
        WebSocketPeer peer = SERVER.connect(bearing("/ws", soon));
        WebSocketPeer raw = SERVER.connect(bearing("/", soon));
        peer.expectCloseAndEof(4002);
        raw.expectCloseAndEof(4002);
    }

    @Test
    void aFreshTokenOfTheSameUserProlongsTheSession() {
        Instant soon = Instant.now().plusSeconds(4);
        WebSocketPeer witness = SERVER.connect(bearing("/ws", tokenUntil(soon, "\"sub\":\"ann\"")));
        WebSocketPeer peer = SERVER.connect(bearing("/ws", tokenUntil(soon, "\"sub\":\"ann\"")));
        peer.sendText("{\"type\":\"token\",\"data\":\"" + token("\"sub\":\"ann\"") + "\",\"id\":1}");
        assertThat(peer.text()).contains("\"type\":\"token\"").contains("\"id\":1");
        witness.expectCloseAndEof(4002);
        peer.expectNothingBeforePong();
    }

    @Test
    void aTokenThatIsNotGoodChangesNothing() {
        WebSocketPeer peer = SERVER.connect(bearing("/ws", token("\"sub\":\"ann\"")));
        for (String token :
                new String[] {token("\"sub\":\"bob\""), token(), tokenUntil(Instant.EPOCH, "\"sub\":\"ann\""), "abc"}) {
            peer.sendText("{\"type\":\"token\",\"data\":\"" + token + "\",\"id\":1}");
            assertThat(peer.text()).contains("\"code\":\"unauthorised\"").doesNotContain(token);
        }
        peer.expectNothingBeforePong();
    }
}
