package dev.fanfare.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.Wire;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever is shown is a token that the issuer has signed, or refused. */
class JwtPropertyTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Tokens ISSUER = Tokens.secret("HS256", JwtFixture.SECRET);
    private static final JwtAuthenticator AUTHENTICATOR = new JwtAuthenticator(
            VERTX,
            VERTX.createSharedWorkerExecutor("tokens", 1),
            JwtFixture.secret(null),
            Wire.PATIENCE,
            Clock.systemUTC(),
            System::nanoTime);

    @AfterContainer
    static void close() {
        JwtFixture.await(VERTX.close());
    }

    @Property(tries = 2000)
    void aTokenWithAnyOneCharacterChangedIsRefused(@ForAll long seed, @ForAll @IntRange(max = 255) int replacement) {
        Random random = new Random(seed);
        StringBuilder token = new StringBuilder(ISSUER.sign(Tokens.claims("\"sub\":\"" + random.nextInt() + "\"")));
        int at = random.nextInt(token.length());
        if (token.charAt(at) == replacement) {
            assertThat(JwtFixture.identity(AUTHENTICATOR, token.toString()).kind())
                    .isEqualTo(Identity.Kind.TOKEN);
        } else {
            token.setCharAt(at, (char) replacement);
            assertThat(JwtFixture.denial(AUTHENTICATOR, token.toString())).isNotNull();
        }
    }

    @Property(tries = 500)
    void aTokenThatIsCutOrHasMoreIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        String token = ISSUER.sign(Tokens.claims());
        int at = random.nextInt(token.length());
        assertThat(JwtFixture.denial(AUTHENTICATOR, token.substring(0, at))).isNotNull();
        String more = Character.toString("aA0-_.=".charAt(random.nextInt(7)));
        assertThat(JwtFixture.denial(AUTHENTICATOR, token.substring(0, at) + more + token.substring(at)))
                .isNotNull();
    }

    @Property(tries = 1000)
    void anyTextAtAllIsRefused(@ForAll String text, @ForAll byte[] bytes) {
        assertThat(JwtFixture.denial(AUTHENTICATOR, text)).isNotNull();
        assertThat(JwtFixture.denial(AUTHENTICATOR, new String(bytes, ISO_8859_1)))
                .isNotNull();
        String json = Tokens.base64(bytes);
        assertThat(JwtFixture.denial(AUTHENTICATOR, json + "." + json + "." + json))
                .isNotNull();
    }
}
