package dev.fanfare.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.testing.Tokens;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that somebody made who can't sign, or spelled as no issuer does (RFC 8725, section 2). */
class JwtForgeryTest {
    @RegisterExtension
    static final JwtFixture JWT = new JwtFixture();

    private static final Tokens ISSUER = Tokens.secret("HS256", JwtFixture.SECRET);
    private static final String CLAIMS = JwtFixture.claims("\"sub\":\"ann\"");
    private static final String TOKEN = ISSUER.sign(CLAIMS);

    private static Reason denial(String token) {
        return JwtFixture.denial(JWT.authenticator(JwtFixture.secret("HS256")), token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "none ", "", "hs256", "HS257", "HS256,none", "dir"})
    void noTokenNamesItsOwnAlgorithm(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}";
        assertThat(denial(ISSUER.sign(header, CLAIMS))).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        String bare = Tokens.base64(header) + "." + Tokens.base64(CLAIMS);
        assertThat(denial(bare + ".")).isEqualTo(Reason.CREDENTIAL_MALFORMED);
        assertThat(denial(bare)).isEqualTo(Reason.CREDENTIAL_MALFORMED);
        assertThat(denial(bare + ".AA")).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"typ\":\"JWT\"}",
                "{\"alg\":null}",
                "{\"alg\":[\"HS256\"]}",
                "{\"alg\":256}",
                "{\"alg\":\"HS256\",\"kid\":1}",
                "{\"alg\":\"HS256\",\"kid\":{}}",
                "{\"alg\":\"HS256\",\"typ\":\"JWE\"}",
                "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":1}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"HS256\",\"crit\":[]}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
                "{\"alg\":\"none\",\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}",
                "{\"alg\":\"HS256\",\"x\":{\"y\":1,\"y\":1}}",
                "[{\"alg\":\"HS256\"}]",
                "{\"alg\":\"HS256\"}{}",
                "{\"alg\":\"HS256\",}",
                "{'alg':'HS256'}",
                "{\"alg\":\"HS256\"",
                "\"HS256\"",
                "null",
                ""
            })
    void aHeaderIsRefusedThatIsNoneOrCriticalOrDouble(String header) {
        Reason reason = denial(ISSUER.sign(header, CLAIMS));
        assertThat(reason).isIn(Reason.CREDENTIAL_MALFORMED, Reason.CREDENTIAL_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exp\":1800000060,\"exp\":1800000060}",
                "{\"exp\":1800000060,\"sub\":\"ann\",\"sub\":\"bob\"}",
                "{\"exp\":1800000060,\"\\u0065xp\":1800000060}",
                "{\"exp\":1800000060} {}",
                "{\"exp\":1800000060,}",
                "{\"exp\":01800000060}",
                "{\"exp\":NaN}",
                "[]",
                "1",
                "{"
            })
    void claimsAreRefusedThatReadersWouldNotAgreeOn(String claims) {
        assertThat(denial(ISSUER.sign(claims))).isEqualTo(Reason.CREDENTIAL_MALFORMED);
    }

    @Test
    void claimsAreUtf8OfSomeDepthAtMost() {
        assertThat(denial(signed("{\"exp\":1800000060,\"sub\":\"\u00e4\"}"
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))))
                .isEqualTo(Reason.CREDENTIAL_MALFORMED);
        assertThat(denial(signed(CLAIMS.getBytes(java.nio.charset.StandardCharsets.UTF_16))))
                .isEqualTo(Reason.CREDENTIAL_MALFORMED);
        assertThat(denial(ISSUER.sign(JwtFixture.claims("\"x\":" + "[".repeat(5_000) + "]".repeat(5_000)))))
                .isEqualTo(Reason.CREDENTIAL_MALFORMED);
    }

    private static String signed(byte[] claims) {
        String honest = ISSUER.sign("{}");
        String header = honest.substring(0, honest.indexOf('.'));
        // The signature is of no interest: the claims are read first.
        return header + "." + Tokens.base64(claims) + ".AAAA";
    }

    @Test
    void aTokenHasThreeSegmentsAndNothingBeside() {
        String[] parts = TOKEN.split("\\.", -1);
        for (String token : new String[] {
            "",
            ".",
            "..",
            "...",
            parts[0],
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            TOKEN + ".",
            "." + TOKEN,
            TOKEN + "." + parts[2],
            TOKEN + ".a.b",
            parts[0] + ".." + parts[1] + "." + parts[2],
            parts[1] + "." + parts[0] + "." + parts[2],
            TOKEN + "=",
            TOKEN + "==",
            TOKEN + "\n",
            " " + TOKEN,
            TOKEN.replaceFirst("\\.", "=."),
            TOKEN.substring(0, 10) + "\n" + TOKEN.substring(10),
            TOKEN.substring(0, 10) + "%" + TOKEN.substring(11),
            TOKEN + "ä",
            "abc",
        }) {
            assertThat(denial(token))
                    .as(token)
                    .isEqualTo(token.contains(".") ? Reason.CREDENTIAL_MALFORMED : Reason.CREDENTIAL_UNKNOWN);
        }
    }

    @Test
    void theSameBytesHaveOneSpelling() {
        // 32 bytes leave two bits in the last character: it has four spellings.
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(TOKEN.charAt(TOKEN.length() - 1));
        for (int other = last + 1; other < last + 4; other++) {
            assertThat(denial(TOKEN.substring(0, TOKEN.length() - 1) + alphabet.charAt(other)))
                    .isEqualTo(Reason.CREDENTIAL_MALFORMED);
        }
    }

    @Test
    void aTokenHas16KibibytesAtMost() {
        String filler = "\"x\":\"" + "a".repeat(16 * 1024) + "\"";
        assertThat(denial(ISSUER.sign(JwtFixture.claims(filler)))).isEqualTo(Reason.CREDENTIAL_MALFORMED);
        String less = "\"x\":\"" + "a".repeat(11 * 1024) + "\"";
        assertThat(JwtFixture.identity(
                                JWT.authenticator(JwtFixture.secret("HS256")), ISSUER.sign(JwtFixture.claims(less)))
                        .kind())
                .isEqualTo(Identity.Kind.TOKEN);
    }

    @Test
    void aSignatureIsForItsTokenAlone() {
        String[] parts = TOKEN.split("\\.", -1);
        String[] other = ISSUER.sign(JwtFixture.claims("\"sub\":\"bob\"")).split("\\.", -1);
        assertThat(denial(parts[0] + "." + parts[1] + "." + other[2])).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        assertThat(denial(parts[0] + "." + other[1] + "." + parts[2])).isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
        for (int length : new int[] {1, 16, 31, 33, 64}) {
            assertThat(denial(parts[0] + "." + parts[1] + "." + Tokens.base64(Arrays.copyOf(signature, length))))
                    .as("of " + length + " bytes")
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
    }

    /** CVE-2015-9235 and those after it. */
    @Test
    void aPublicKeyIsNoSecret(@TempDir Path folder) {
        for (String algorithm : new String[] {"RS256", "ES256", "EdDSA"}) {
            Tokens issuer = Tokens.generate(algorithm).called("k");
            JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.file(issuer.pemFile(folder), null));
            byte[] der = issuer.publicKey().getEncoded();
            for (byte[] known : new byte[][] {
                issuer.pem().getBytes(UTF_8),
                issuer.pem().strip().getBytes(UTF_8),
                der,
                Base64.getEncoder().encode(der),
                issuer.jwk().getBytes(UTF_8),
                issuer.jwk(new String[0]).getBytes(UTF_8),
            }) {
                for (String mac : new String[] {"HS256", "HS384", "HS512"}) {
                    Tokens forger = Tokens.secret(mac, known);
                    assertThat(JwtFixture.denial(authenticator, forger.sign(CLAIMS)))
                            .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                    assertThat(JwtFixture.denial(authenticator, forger.sign(issuer.header(), CLAIMS)))
                            .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                }
            }
        }
    }

    @Test
    void keysThatATokenBringsAlongAreNotUsed(@TempDir Path folder) {
        JwtAuthenticator authenticator =
                JWT.authenticator(JwtFixture.file(Tokens.generate("ES256").pemFile(folder), null));
        Tokens forger = Tokens.generate("ES256");
        for (String member : new String[] {
            "\"jwk\":" + forger.jwk(),
            "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
            "\"x5u\":\"http://127.0.0.1:1/cert.pem\"",
            "\"x5c\":[\""
                    + Base64.getEncoder().encodeToString(forger.publicKey().getEncoded()) + "\"]",
            "\"kid\":\"../../../../dev/null\"",
            "\"kid\":\"' UNION SELECT 'key\"",
            "\"kid\":\"file:///etc/passwd\"",
            "\"kid\":\"\\u0000\"",
            "\"kid\":\"\"",
        }) {
            String header = "{\"alg\":\"ES256\"," + member + "}";
            assertThat(JwtFixture.denial(authenticator, forger.sign(header, CLAIMS)))
                    .as(member)
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
    }

    /** CVE-2022-21449, and other numbers that no signature is made of. */
    @Test
    void anEllipticSignatureIsTwoNumbersOfTheCurve(@TempDir Path folder) {
        for (String algorithm : new String[] {"ES256", "ES384", "ES512"}) {
            Tokens issuer = Tokens.generate(algorithm);
            JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.file(issuer.pemFile(folder), null));
            BigInteger order = ((ECPublicKey) issuer.publicKey()).getParams().getOrder();
            int bytes = (order.bitLength() + 7) / 8;
            String input = issuer.sign(CLAIMS).replaceAll("[^.]*$", "");
            for (BigInteger r : new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, order}) {
                for (BigInteger s : new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, order}) {
                    byte[] signature = new byte[2 * bytes];
                    place(r, signature, bytes);
                    place(s, signature, 2 * bytes);
                    assertThat(JwtFixture.denial(authenticator, input + Tokens.base64(signature)))
                            .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
                }
            }
            byte[] good = Base64.getUrlDecoder().decode(issuer.sign(CLAIMS).substring(input.length()));
            for (int length : new int[] {1, bytes, 2 * bytes - 2, 2 * bytes - 1, 2 * bytes + 1, 2 * bytes + 2}) {
                assertThat(JwtFixture.denial(authenticator, input + Tokens.base64(Arrays.copyOf(good, length))))
                        .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
            }
        }
    }

    private static void place(BigInteger number, byte[] bytes, int end) {
        byte[] spelled = number.toByteArray();
        int length = spelled[0] == 0 ? spelled.length - 1 : spelled.length;
        System.arraycopy(spelled, spelled.length - length, bytes, end - length, length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "EdDSA"})
    void aSignatureHasTheLengthOfItsKey(String algorithm, @TempDir Path folder) {
        Tokens issuer = Tokens.generate(algorithm);
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.file(issuer.pemFile(folder), algorithm));
        String token = issuer.sign(CLAIMS);
        String input = token.substring(0, token.lastIndexOf('.') + 1);
        byte[] good = Base64.getUrlDecoder().decode(token.substring(input.length()));
        for (int length : new int[] {1, good.length / 2, good.length - 1, good.length + 1, 2 * good.length}) {
            assertThat(JwtFixture.denial(authenticator, input + Tokens.base64(Arrays.copyOf(good, length))))
                    .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
        }
        assertThat(JwtFixture.denial(authenticator, input + Tokens.base64(new byte[good.length])))
                .isEqualTo(Reason.CREDENTIAL_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"typ\":\"jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":\"at+JWT\"}",
                "{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}",
                "{\"typ\":\"JWT\",\"unknown\":{\"a\":[1,2]},\"alg\":\"HS256\",\"kid\":\"k\"}",
                " {\"alg\" : \"HS256\"}\n"
            })
    void anHonestHeaderMaySayLessAndMore(String header) {
        assertThat(JwtFixture.identity(JWT.authenticator(JwtFixture.secret("HS256")), ISSUER.sign(header, CLAIMS))
                        .user())
                .isEqualTo("ann");
    }
}
