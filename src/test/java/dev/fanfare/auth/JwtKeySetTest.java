package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.JwksServer;
import dev.fanfare.testing.LogRecord;
import dev.fanfare.testing.Tokens;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys behind a URL: when they are fetched, and what happens where they can't be. */
class JwtKeySetTest {
    @RegisterExtension
    static final JwtFixture JWT = new JwtFixture();

    private static final Tokens FIRST = Tokens.generate("ES256").called("first");
    private static final Tokens SECOND = Tokens.generate("EdDSA").called("second");
    private static final String CLAIMS = JwtFixture.claims("\"sub\":\"ann\"");
    private static final Duration COOLDOWN = Duration.ofSeconds(30);
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final LogRecord log = LogRecord.open();
    private @Nullable JwtAuthenticator opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        log.close();
        assertThat(log.lines())
                .as("what others log as errors")
                .noneMatch(line -> line.startsWith("ERROR") && !line.contains(KeySet.class.getName()));
    }

    private JwtAuthenticator open(URI url) {
        return open(url, null);
    }

    private JwtAuthenticator open(URI url, @Nullable String algorithm) {
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.url(url, algorithm));
        opened = authenticator;
        authenticator.start();
        return authenticator;
    }

    private List<String> logged() {
        return log.lines().stream()
                .filter(line -> line.contains(KeySet.class.getName()))
                .toList();
    }

    private static String user(JwtAuthenticator authenticator, Tokens issuer) {
        return String.valueOf(
                JwtFixture.identity(authenticator, issuer.sign(CLAIMS)).user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void aKeyOfASetVerifiesTheTokensOfItsAlgorithm(String algorithm) {
        Tokens issuer = Tokens.generate(algorithm).called("k");
        try (JwksServer server = JwksServer.start(issuer.jwk())) {
            assertThat(user(open(server.url()), issuer)).isEqualTo("ann");
        }
    }

    @Test
    void theKeysAreFetchedBeforeATokenNeedsThem() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            Eventually.holds(() -> assertThat(server.requests()).isEqualTo(1));
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void aHundredTokensWaitForOneFetch() {
        try (JwksServer server = JwksServer.start(FIRST.jwk()).hold()) {
            JwtAuthenticator authenticator = open(server.url());
            List<Future<Identity>> waiting = IntStream.range(0, 100)
                    .mapToObj(i -> authenticator.authenticate(JwtFixture.credentials(FIRST.sign(CLAIMS))))
                    .toList();
            Eventually.holds(() -> assertThat(server.requests()).isEqualTo(1));
            assertThat(waiting).noneMatch(Future::isComplete);
            server.release();
            waiting.forEach(
                    answer -> assertThat(JwtFixture.await(answer).user()).isEqualTo("ann"));
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void whatTakesThePlaceOfASetHasItsKeysWhileNoneCanBeFetched() {
        URI url;
        JwtAuthenticator before;
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            url = server.url();
            before = open(url);
            assertThat(user(before, FIRST)).isEqualTo("ann");
        }
        JwtAuthenticator after = JWT.authenticator(JwtFixture.url(url, null));
        after.inherit(before);
        before.close();
        assertThat(user(after, FIRST)).isEqualTo("ann");
        after.close();
    }

    @Test
    void aNewKeyIsFetchedForTheFirstTokenThatNamesIt() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            user(authenticator, FIRST);
            server.rotate(SECOND.jwk());
            JWT.pass(COOLDOWN);
            assertThat(user(authenticator, SECOND)).isEqualTo("ann");
            assertThat(server.requests()).isEqualTo(2);
            // The other one is withdrawn, and nobody asks again within the cooldown.
            assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @Test
    void unknownKeysCostOneFetchForEachCooldown() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            user(authenticator, FIRST);
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < 50; i++) {
                    assertThat(JwtFixture.denial(
                                    authenticator, SECOND.called("k" + i).sign(CLAIMS)))
                            .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                }
                assertThat(server.requests()).isEqualTo(round);
                JWT.pass(COOLDOWN);
            }
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
        }
    }

    @Test
    void anOldSetServesWhileItIsFetchedAnew() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            user(authenticator, FIRST);
            JWT.pass(MAX_AGE.minusNanos(1));
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            assertThat(server.requests()).isEqualTo(1);
            server.rotate(SECOND.jwk()).hold();
            JWT.pass(Duration.ofNanos(1));
            for (int i = 0; i < 10; i++) {
                assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            }
            Eventually.holds(() -> assertThat(server.requests()).isEqualTo(2));
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            server.release();
            assertThat(user(authenticator, SECOND)).isEqualTo("ann");
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "<html><body>Sign in</body></html>",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[1,null,\"k\"]}",
                "{\"keys\":[{}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
                "{\"keys\":[],\"keys\":[]}"
            })
    void anAnswerWithoutKeysLeavesThoseThatThereAre(String body) {
        failing(server -> server.answer(200, body));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 400, 401, 404, 429, 500, 503})
    void anotherStatusLeavesTheKeysThatThereAre(int status) {
        failing(server -> server.answer(status, status == 204 || status == 304 ? "" : Tokens.keySet(SECOND.jwk())));
    }

    @Test
    void aHugeAnswerLeavesTheKeysThatThereAre() {
        failing(server -> server.answer(200, Tokens.keySet(SECOND.jwk()) + " ".repeat(256 * 1024)));
    }

    @Test
    void anAnswerThatStallsLeavesTheKeysThatThereAre() {
        failing(JwksServer::stall);
    }

    /** It warns when it begins to fail, keeps what it has, and tells when it works again. */
    private void failing(Consumer<JwksServer> fault) {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            user(authenticator, FIRST);
            fault.accept(server);
            for (int i = 0; i < 2; i++) {
                JWT.pass(COOLDOWN);
                assertThat(JwtFixture.denial(authenticator, SECOND.sign(CLAIMS)))
                        .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                // The next one within the cooldown does not ask.
                assertThat(JwtFixture.denial(authenticator, SECOND.sign(CLAIMS)))
                        .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                assertThat(user(authenticator, FIRST)).isEqualTo("ann");
                assertThat(server.requests()).isEqualTo(2 + i);
            }
            assertThat(logged()).singleElement().asString().startsWith("WARN").contains("key set not fetched");
            server.rotate(SECOND.jwk());
            JWT.pass(COOLDOWN);
            assertThat(user(authenticator, SECOND)).isEqualTo("ann");
            assertThat(logged()).hasSize(2).last().asString().startsWith("INFO").contains("fetched again");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowed(int status) {
        try (JwksServer server = JwksServer.start();
                JwksServer other = JwksServer.start(FIRST.jwk())) {
            server.redirect(status, other.url());
            JwtAuthenticator authenticator = open(server.url());
            assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    void withoutKeysNoTokenIsGoodUntilTheyAreThere() {
        int port = FreePort.next();
        JwtAuthenticator authenticator = open(URI.create("http://127.0.0.1:" + port + "/jwks.json?key=hidden"));
        assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(logged())
                .singleElement()
                .asString()
                .startsWith("ERROR")
                .contains("key set not fetched")
                .contains("http://127.0.0.1:" + port + "/jwks.json")
                .doesNotContain("hidden");
        try (JwksServer server = JwksServer.start(port, FIRST.jwk())) {
            assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
            assertThat(server.requests()).isZero();
            JWT.pass(COOLDOWN);
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            assertThat(logged()).hasSize(2).last().asString().startsWith("INFO");
        }
    }

    /** A port that is none makes Vert.x throw. */
    @Test
    void aUrlThatLeadsNowhereIsAFetchThatFails() {
        JwtAuthenticator authenticator = open(URI.create("http://localhost:99999?key=hidden"));
        assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(logged()).singleElement().asString().startsWith("ERROR").doesNotContain("hidden");
    }

    @Test
    void aTokenWithoutAKeyIdIsTriedWithAllKeysOfItsAlgorithm() {
        Tokens third = Tokens.generate("ES256").called("third");
        try (JwksServer server = JwksServer.start(FIRST.jwk(), SECOND.jwk(), third.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            for (Tokens issuer : List.of(FIRST, SECOND, third)) {
                String header = "{\"alg\":\"" + issuer.algorithm() + "\"}";
                assertThat(JwtFixture.identity(authenticator, issuer.sign(header, CLAIMS))
                                .user())
                        .isEqualTo("ann");
            }
            // One that names a key is tried with that key alone.
            assertThat(JwtFixture.denial(authenticator, third.called("first").sign(CLAIMS)))
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
    }

    @Test
    void keysOfTheSameNameAreAllTried() {
        Tokens twin = Tokens.generate("ES256").called("first");
        try (JwksServer server = JwksServer.start(FIRST.jwk(), twin.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            assertThat(user(authenticator, twin)).isEqualTo("ann");
        }
    }

    @Test
    void aKeyIsForTheAlgorithmThatItNamesElseForTheConfiguredOneElseForTheUsualOne() {
        Tokens issuer = Tokens.generate("RS256");
        String bare = issuer.called("bare").jwk(new String[0]);
        String naming = issuer.called("naming").by("PS384").jwk();
        try (JwksServer server = JwksServer.start(bare, naming)) {
            JwtAuthenticator usual = open(server.url());
            assertThat(user(usual, issuer.called("bare"))).isEqualTo("ann");
            assertThat(user(usual, issuer.called("naming").by("PS384"))).isEqualTo("ann");
            for (String other : List.of("RS512", "PS256", "PS384")) {
                assertThat(JwtFixture.denial(
                                usual, issuer.called("bare").by(other).sign(CLAIMS)))
                        .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            }
            assertThat(JwtFixture.denial(usual, issuer.called("naming").sign(CLAIMS)))
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            usual.close();
            JwtAuthenticator configured = open(server.url(), "RS512");
            assertThat(user(configured, issuer.called("bare").by("RS512"))).isEqualTo("ann");
            assertThat(user(configured, issuer.called("naming").by("PS384"))).isEqualTo("ann");
            assertThat(JwtFixture.denial(configured, issuer.called("bare").sign(CLAIMS)))
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
    }

    @Test
    void keysThatAreNotToBeUsedArePassedOver() {
        Tokens weak = Tokens.rsa("RS256", 1024).called("weak");
        List<String> unusable = List.of(
                weak.jwk(),
                SECOND.called("enc").jwk("\"use\":\"enc\""),
                SECOND.called("ops").jwk("\"key_ops\":[\"sign\"]"),
                SECOND.called("other").jwk("\"alg\":\"ES256\""),
                SECOND.called("unknown").jwk("\"alg\":\"XY256\""),
                SECOND.called("secret").jwk("\"alg\":\"HS256\""),
                "{\"kty\":\"oct\",\"kid\":\"oct\",\"alg\":\"HS256\",\"k\":\"" + Tokens.base64(JwtFixture.SECRET)
                        + "\"}",
                "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"kid\":\"k1\",\"x\":\"AQ\",\"y\":\"AQ\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"long\",\"x\":\"" + "A".repeat(200) + "B\",\"y\":\"AQ\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"half\",\"x\":\"AQ\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"x\",\"x\":\"" + "A".repeat(43) + "\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"short\",\"x\":\"AAAA\"}",
                "{\"kty\":\"RSA\",\"kid\":\"number\",\"n\":1,\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"kid\":\"zero\",\"n\":\"\",\"e\":\"\"}",
                "{\"kty\":\"RSA\",\"kid\":\"base\",\"n\":\"!\",\"e\":\"AQAB\"}",
                "{\"kty\":\"AKP\",\"kid\":\"akp\"}",
                "{\"kid\":\"none\"}");
        try (JwksServer server = JwksServer.start(
                Stream.concat(unusable.stream(), Stream.of(FIRST.jwk())).toArray(String[]::new))) {
            JwtAuthenticator authenticator = open(server.url());
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            for (String name : List.of("enc", "ops", "other", "unknown", "secret")) {
                assertThat(JwtFixture.denial(authenticator, SECOND.called(name).sign(CLAIMS)))
                        .as(name)
                        .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            }
            assertThat(JwtFixture.denial(authenticator, weak.sign(CLAIMS))).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            assertThat(JwtFixture.denial(
                            authenticator,
                            Tokens.secret("HS256", JwtFixture.SECRET)
                                    .called("oct")
                                    .sign(CLAIMS)))
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
    }

    @Test
    void aCertificateThatNobodyTrustsBringsNoKeys(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder).generate("jwks");
        try (JwksServer server = JwksServer.start(certificates.serving("jwks"), FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
            assertThat(server.requests()).isZero();
            assertThat(logged()).singleElement().asString().contains("certification path");
        }
    }

    @Test
    void nothingIsFetchedAnyMoreOnceItIsClosed() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = open(server.url());
            user(authenticator, FIRST);
            authenticator.close();
            JWT.pass(MAX_AGE);
            assertThat(user(authenticator, FIRST)).isEqualTo("ann");
            assertThat(JwtFixture.denial(authenticator, SECOND.sign(CLAIMS))).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            assertThat(server.requests()).isEqualTo(1);
            assertThat(logged()).isEmpty();
        }
    }

    @Test
    void nothingIsFetchedByOneThatIsNotTaken() {
        try (JwksServer server = JwksServer.start(FIRST.jwk())) {
            JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.url(server.url(), null));
            authenticator.close();
            assertThat(JwtFixture.denial(authenticator, FIRST.sign(CLAIMS))).isEqualTo(Reason.KEYS_UNAVAILABLE);
            assertThat(server.requests()).isZero();
        }
    }
}
