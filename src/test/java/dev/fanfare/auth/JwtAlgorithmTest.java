package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.Wire;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each algorithm with its kind of key, and no other one. */
class JwtAlgorithmTest {
    @RegisterExtension
    static final JwtFixture JWT = new JwtFixture();

    private static final Map<String, Tokens> ISSUERS = new LinkedHashMap<>();

    private static Tokens issuer(String algorithm) {
        String kind = algorithm.startsWith("P") ? algorithm.replace('P', 'R') : algorithm;
        return ISSUERS.computeIfAbsent(kind.startsWith("R") ? "RS256" : kind, Tokens::generate)
                .by(algorithm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void aSecretVerifiesTheTokensOfItsAlgorithm(String algorithm) {
        String token = Tokens.secret(algorithm, JwtFixture.SECRET).sign(JwtFixture.claims("\"sub\":\"ann\""));
        assertThat(JwtFixture.identity(JWT.authenticator(JwtFixture.secret(algorithm)), token)
                        .user())
                .isEqualTo("ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void aPublicKeyVerifiesTheTokensOfItsAlgorithm(String algorithm, @TempDir Path folder) {
        JwtAuthenticator authenticator =
                JWT.authenticator(JwtFixture.file(issuer(algorithm).pemFile(folder), algorithm));
        // Several, as numbers in a signature may be short.
        for (int i = 0; i < 20; i++) {
            String token = issuer(algorithm).sign(JwtFixture.claims("\"sub\":\"" + i + "\""));
            assertThat(JwtFixture.identity(authenticator, token).user()).isEqualTo("" + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"RS256, RS256", "ES256, ES256", "ES384, ES384", "ES512, ES512", "EdDSA, EdDSA"})
    void theUsualAlgorithmIsThatOfTheKind(String key, String usual, @TempDir Path folder) {
        JwtAuthenticator authenticator =
                JWT.authenticator(JwtFixture.file(issuer(key).pemFile(folder), null));
        String token = issuer(usual).sign(JwtFixture.claims());
        assertThat(JwtFixture.identity(authenticator, token).kind()).isEqualTo(Identity.Kind.TOKEN);
    }

    @Test
    void theUsualAlgorithmOfASecretIsHs256() {
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.secret(null));
        assertThat(JwtFixture.identity(
                                authenticator,
                                Tokens.secret("HS256", JwtFixture.SECRET).sign(JwtFixture.claims()))
                        .kind())
                .isEqualTo(Identity.Kind.TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"RS256, RS384", "RS256, RS512", "RS256, PS256", "PS256, RS256", "PS256, PS512"})
    void aKeyIsForOneAlgorithmAlone(String configured, String used, @TempDir Path folder) {
        JwtAuthenticator authenticator =
                JWT.authenticator(JwtFixture.file(issuer("RS256").pemFile(folder), configured));
        assertThat(JwtFixture.denial(authenticator, issuer(used).sign(JwtFixture.claims())))
                .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS384", "HS512"})
    void aSecretIsForOneAlgorithmAlone(String used) {
        assertThat(JwtFixture.denial(
                        JWT.authenticator(JwtFixture.secret("HS256")),
                        Tokens.secret(used, JwtFixture.SECRET).sign(JwtFixture.claims())))
                .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA"})
    void theSignatureOfAnotherKeyIsUnknown(String algorithm, @TempDir Path folder) {
        JwtAuthenticator authenticator =
                JWT.authenticator(JwtFixture.file(issuer(algorithm).pemFile(folder), algorithm));
        assertThat(JwtFixture.denial(authenticator, Tokens.generate(algorithm).sign(JwtFixture.claims())))
                .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
    }

    @Test
    void theKeyIdOfATokenIsNothingToAKeyThatIsConfigured() {
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.secret(null));
        String token =
                Tokens.secret("HS256", JwtFixture.SECRET).called("k1").sign(JwtFixture.claims("\"sub\":\"ann\""));
        assertThat(JwtFixture.identity(authenticator, token).user()).isEqualTo("ann");
    }

    @Test
    void whoShowsNothingIsAnonymous() {
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.secret(null));
        assertThat(JwtFixture.await(authenticator.authenticate(JwtFixture.credentials(null))))
                .isSameAs(Identity.ANONYMOUS);
    }

    @Test
    void whatHasWaitedTooLongToBeVerifiedIsDenied(@TempDir Path folder) {
        Tokens issuer = issuer("ES256");
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.file(issuer.pemFile(folder), null));
        var busy = new CountDownLatch(1);
        Future<Boolean> others = JWT.workers().executeBlocking(() -> busy.await(60, TimeUnit.SECONDS), false);
        Future<Identity> waiting =
                authenticator.authenticate(JwtFixture.credentials(issuer.sign(JwtFixture.claims("\"sub\":\"ann\""))));
        JWT.pass(Wire.PATIENCE.plusNanos(1));
        busy.countDown();
        assertThat(JwtFixture.await(others)).isTrue();
        assertThat(JwtFixture.await(waiting.transform(denied ->
                        Future.succeededFuture(String.valueOf(denied.cause().getMessage())))))
                .isEqualTo("authenticator_timeout");
    }
}
