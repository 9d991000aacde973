package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.config.Auth.Jwt;
import dev.fanfare.config.ChannelPattern;
import dev.fanfare.testing.Tokens;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token says of its bearer, and how long it holds; it is 1800000000. */
class JwtClaimsTest {
    @RegisterExtension
    static final JwtFixture JWT = new JwtFixture();

    private static final Tokens ISSUER = Tokens.secret("HS256", JwtFixture.SECRET);
    private static final Jwt RULES = JwtFixture.secret("HS256");

    private static Identity identity(String claims) {
        return JwtFixture.identity(JWT.authenticator(RULES), ISSUER.sign(claims));
    }

    private static Reason denial(String claims) {
        return denial(RULES, claims);
    }

    private static Reason denial(Jwt rules, String claims) {
        return JwtFixture.denial(JWT.authenticator(rules), ISSUER.sign(claims));
    }

    @Test
    void aTokenSaysWhoItsBearerIs() {
        Identity identity = identity(
                "{\"exp\":1800000060,\"sub\":\"ann\",\"channels\":[\"news:*\"],\"publish\":[\"a\",\"b:*\"],\"editor\":true}");
        assertThat(identity.kind()).isEqualTo(Identity.Kind.TOKEN);
        assertThat(identity.user()).isEqualTo("ann");
        assertThat(identity.subscribe()).containsExactly(new ChannelPattern("news:*"));
        assertThat(identity.publish()).containsExactly(new ChannelPattern("a"), new ChannelPattern("b:*"));
        assertThat(identity.expiresAt()).isEqualTo(1_800_000_060_000L);
        assertThat(identity.has("editor")).isTrue();
        assertThat(identity.has("admin")).isFalse();
    }

    @Test
    void claimsArePlainValuesWithoutNulls() {
        Map<String, Object> claims = identity(
                        "{\"exp\":1800000060,\"n\":null,\"list\":[1,null,2.5,{\"x\":null,\"y\":\"z\"}],"
                                + "\"large\":9223372036854775808,\"no\":false}")
                .claims();
        assertThat(claims)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "exp",
                        1_800_000_060L,
                        "list",
                        List.of(1L, 2.5, Map.of("y", "z")),
                        "large",
                        BigInteger.ONE.shiftLeft(63),
                        "no",
                        false));
        assertThat(claims.get("list"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isUnmodifiable();
    }

    @Test
    void aTokenNeedsNoUser() {
        assertThat(identity("{\"exp\":1800000060}").user()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1800000000.5", "1800000001", "18000000005e-1", "1.8000000005E9", "253402300799"})
    void aTokenHoldsUntilItsExpiry(String expiry) {
        assertThat(identity("{\"exp\":" + expiry + "}").kind()).isEqualTo(Identity.Kind.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1800000000", "1799999999.999", "1", "0", "-0.0", "-1", "-1800000060", "1e-400"})
    void anExpiryOfThePastIsThat(String expiry) {
        assertThat(denial("{\"exp\":" + expiry + "}")).isEqualTo(Reason.TOKEN_EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1800000060\"",
                "true",
                "null",
                "[1800000060]",
                "{}",
                "1e300",
                "1e999",
                "-1e999",
                "1800000060000",
                "99999999999999999999999999999999999999999"
            })
    void anExpiryIsANumberOfSeconds(String expiry) {
        assertThat(denial("{\"exp\":" + expiry + "}")).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @Test
    void aTokenWithoutAnExpiryIsNone() {
        assertThat(denial("{\"sub\":\"ann\"}")).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1799999999", "1800000000", "1800000005", "1800000004.999", "null"})
    void aTokenHoldsFromItsBeginningOnWithLeewayForTheIssuersClock(String beginning) {
        assertThat(identity(JwtFixture.claims("\"nbf\":" + beginning)).kind()).isEqualTo(Identity.Kind.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1800000005.002", "1800000006", "200000000000"})
    void aTokenOfTheFutureDoesNotHoldYet(String beginning) {
        assertThat(denial(JwtFixture.claims("\"nbf\":" + beginning))).isEqualTo(Reason.TOKEN_NOT_YET_VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "false", "[]", "1e300"})
    void aBeginningIsANumberOfSeconds(String beginning) {
        assertThat(denial(JwtFixture.claims("\"nbf\":" + beginning))).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1900000000", "\"yesterday\"", "null", "1e300"})
    void nobodyLooksAtWhenATokenWasIssued(String issued) {
        assertThat(identity(JwtFixture.claims("\"iat\":" + issued)).kind()).isEqualTo(Identity.Kind.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"iss\":null",
                "\"iss\":\"\"",
                "\"iss\":\"https://a\"",
                "\"iss\":[\"https://a/\"]",
                "\"iss\":\"https://A/\""
            })
    void theIssuerIsTheConfiguredOneToTheLetter(String member) {
        String claims = member.isEmpty() ? JwtFixture.claims() : JwtFixture.claims(member);
        assertThat(denial(JwtFixture.of(RULES, "https://a/", null), claims)).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"aud\":null",
                "\"aud\":[]",
                "\"aud\":\"other\"",
                "\"aud\":[\"x\",\"y\"]",
                "\"aud\":{\"here\":1}",
                "\"aud\":[[\"here\"]]"
            })
    void aTokenForOthersIsNotForHere(String member) {
        String claims = member.isEmpty() ? JwtFixture.claims() : JwtFixture.claims(member);
        assertThat(denial(JwtFixture.of(RULES, null, "here"), claims)).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"here\"", "[\"there\",\"here\"]", "[1,\"here\"]"})
    void aTokenForHereByTheRightIssuerIsGood(String audience) {
        JwtAuthenticator authenticator = JWT.authenticator(JwtFixture.of(RULES, "https://a/", "here"));
        String token = ISSUER.sign(JwtFixture.claims("\"iss\":\"https://a/\"", "\"aud\":" + audience));
        assertThat(JwtFixture.identity(authenticator, token).kind()).isEqualTo(Identity.Kind.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "1", "true", "[\"ann\"]", "{}", "\"a\\u0000\"", "\"a\\nb\"", "\"\\u0085\""})
    void aUserIsAName(String subject) {
        assertThat(denial(JwtFixture.claims("\"sub\":" + subject))).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @Test
    void aNameHas256CharactersAtMost() {
        String longest = "ü".repeat(256);
        assertThat(identity(JwtFixture.claims("\"sub\":\"" + longest + "\"")).user())
                .isEqualTo(longest);
        assertThat(denial(JwtFixture.claims("\"sub\":\"" + longest + "a\""))).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"news\"", "[1]", "[[\"a\"]]", "{}", "[\"\"]", "[\"a b\"]", "[\"ä\"]", "true", "1"})
    void grantsAreListsOfPatterns(String patterns) {
        assertThat(denial(JwtFixture.claims("\"channels\":" + patterns))).isEqualTo(Reason.TOKEN_CLAIMS);
        assertThat(denial(JwtFixture.claims("\"publish\":" + patterns))).isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @Test
    void grantsAreAThousandAtMost() {
        String thousand = String.join(",", Collections.nCopies(1_000, "\"a\""));
        assertThat(identity(JwtFixture.claims("\"channels\":[" + thousand + "]"))
                        .subscribe())
                .hasSize(1_000);
        assertThat(denial(JwtFixture.claims("\"publish\":[" + thousand + ",\"a\"]")))
                .isEqualTo(Reason.TOKEN_CLAIMS);
    }

    @Test
    void aTokenIsVouchedForAsLongAsItWouldBeVerifiedTheSameWay() {
        JwtAuthenticator before = JWT.authenticator(RULES);
        Identity identity = JwtFixture.identity(before, ISSUER.sign(JwtFixture.claims()));
        JwtAuthenticator same = JWT.authenticator(JwtFixture.secret("HS256"));
        assertThat(same.renew(identity)).contains(identity);
        assertThat(same.isSameAs(before)).isTrue();
        for (Jwt other : new Jwt[] {
            JwtFixture.secret(null),
            JwtFixture.secret("HS512"),
            JwtFixture.of(RULES, "a", null),
            JwtFixture.of(RULES, null, "a"),
            new Jwt("x" + JwtFixture.SECRET, null, null, "HS256", null, null, RULES.jwksMaxAge(), RULES.jwksCooldown())
        }) {
            JwtAuthenticator after = JWT.authenticator(other);
            assertThat(after.renew(identity)).isEmpty();
            assertThat(after.isSameAs(before)).isFalse();
        }
        assertThat(same.renew(Identity.of("ann", Map.of(), Identity.NEVER))).isEmpty();
    }

    @Test
    void nothingThatIsShownTellsWhatATokenHolds() {
        String token = ISSUER.sign(JwtFixture.claims("\"sub\":\"ann\"", "\"secret\":\"abc\""));
        assertThat(SignedToken.parse(token).toString()).isEqualTo("SignedToken[HS256]");
        assertThat(identity(JwtFixture.claims("\"secret\":\"abc\"")).toString()).doesNotContain("abc");
        assertThat(VerificationKey.of(JwtFixture.SECRET, SigningAlgorithm.HS256).toString())
                .isEqualTo("VerificationKey[null, HS256]");
    }
}
