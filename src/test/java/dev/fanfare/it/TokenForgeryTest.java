package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.JwksServer;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Tokens;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every way that is known to make a verifier believe a forged token (RFC 8725, section 2), tried on an instance. */
class TokenForgeryTest {
    private static final Tokens RSA = Tokens.generate("RS256").called("rsa");
    private static final Tokens EC = Tokens.generate("ES256").called("ec");
    private static final JwksServer ISSUER = JwksServer.start(RSA.jwk(), EC.jwk());

    /** Where forgers would have keys fetched from. */
    private static final JwksServer TRAP = JwksServer.start();

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with("auth.jwt.jwks-url=" + ISSUER.url());

    @AfterAll
    static void close() {
        ISSUER.close();
        TRAP.close();
    }

    @Test
    void noForgedTokenIsBelieved() {
        String claims = Tokens.claims("\"sub\":\"admin\"");
        assertThat(status(RSA.sign(claims))).isEqualTo(101);
        assertThat(status(EC.sign(claims))).isEqualTo(101);
        List<String> forged = new ArrayList<>();
        unsigned(claims, forged);
        signedWithWhatIsPublic(claims, forged);
        signedWithAKeyOfItsOwn(claims, forged);
        signedByNobody(claims, forged);
        assertThat(forged).hasSizeGreaterThan(60);
        forged.forEach(token -> assertThat(status(token)).as(token).isEqualTo(401));
        assertThat(TRAP.requests()).as("fetches from where a token points").isZero();
        // Names that nobody knows are worth one fetch, as all of this is within the cooldown.
        assertThat(ISSUER.requests()).isLessThanOrEqualTo(2);
        assertThat(status(RSA.sign(claims))).isEqualTo(101);
    }

    private static int status(String token) {
        return SERVER.answer(SERVER.upgrade("/ws").with("Authorization", "Bearer " + token))
                .status();
    }

    private static void unsigned(String claims, List<String> forged) {
        for (String none : new String[] {"none", "None", "NONE", "nOnE", "", "null"}) {
            for (String kid : new String[] {"", ",\"kid\":\"rsa\"", ",\"kid\":\"ec\""}) {
                String bare = Tokens.base64("{\"alg\":\"" + none + "\"" + kid + "}") + "." + Tokens.base64(claims);
                forged.addAll(List.of(bare, bare + ".", bare + ".AA"));
            }
        }
        for (Tokens issuer : List.of(RSA, EC)) {
            String good = issuer.sign(claims);
            String input = good.substring(0, good.lastIndexOf('.'));
            forged.addAll(List.of(input, input + ".", input + ".AA", "." + good));
        }
    }

    private static void signedWithWhatIsPublic(String claims, List<String> forged) {
        for (Tokens issuer : List.of(RSA, EC)) {
            byte[] der = issuer.publicKey().getEncoded();
            for (byte[] known : List.of(
                    issuer.pem().getBytes(UTF_8),
                    issuer.pem().strip().getBytes(UTF_8),
                    der,
                    Base64.getEncoder().encode(der),
                    issuer.jwk().getBytes(UTF_8),
                    new byte[32])) {
                for (String algorithm : new String[] {"HS256", "HS384", "HS512"}) {
                    Tokens forger = Tokens.secret(algorithm, known).called(String.valueOf(issuer.keyId()));
                    forged.add(forger.sign(claims));
                    forged.add(forger.sign(issuer.header(), claims));
                }
            }
        }
    }

    private static void signedWithAKeyOfItsOwn(String claims, List<String> forged) {
        Tokens forger = Tokens.generate("ES256").called("ec");
        TRAP.rotate(forger.jwk());
        forged.add(forger.sign(claims));
        for (String member : new String[] {
            "\"kid\":\"ec\",\"jwk\":" + forger.jwk(),
            "\"jwk\":" + forger.jwk(),
            "\"kid\":\"ec\",\"jku\":\"" + TRAP.url() + "\"",
            "\"jku\":\"" + TRAP.url() + "\"",
            "\"kid\":\"other\",\"jku\":\"" + TRAP.url() + "\"",
            "\"x5u\":\"" + TRAP.url() + "\"",
            "\"x5c\":[\""
                    + Base64.getEncoder().encodeToString(forger.publicKey().getEncoded()) + "\"]",
            "\"kid\":\"../../../../../dev/null\"",
            "\"kid\":\"/proc/sys/kernel/randomize_va_space\"",
            "\"kid\":\"" + TRAP.url() + "\"",
            "\"kid\":\"x' UNION SELECT 'y\"",
            "\"kid\":\"| curl " + TRAP.url() + "\"",
            "\"kid\":\"\"",
            "\"kid\":null",
            "\"kid\":[\"ec\"]",
            "\"kid\":\"ec\",\"kid\":\"ec\"",
            "\"kid\":\"ec\",\"crit\":[\"exp\"]",
        }) {
            forged.add(forger.sign("{\"alg\":\"ES256\"," + member + "}", claims));
        }
        // Even from who holds the key, what readers would not agree on is refused.
        for (String header : new String[] {
            "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"ec\"}",
            "{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"ec\"}",
            "{\"alg\":\"ES256\",\"kid\":\"ec\",\"crit\":[\"b64\"],\"b64\":false}",
            "{\"alg\":\"ES256\",\"kid\":\"rsa\"}",
            "{\"alg\":\"ES384\",\"kid\":\"ec\"}",
        }) {
            forged.add(EC.sign(header, claims));
        }
        forged.add(EC.sign("{\"exp\":99999999999,\"sub\":\"ann\",\"sub\":\"admin\"}"));
    }

    private static void signedByNobody(String claims, List<String> forged) {
        String good = EC.sign(claims);
        String input = good.substring(0, good.lastIndexOf('.') + 1);
        // CVE-2022-21449.
        forged.add(input + Tokens.base64(new byte[64]));
        forged.add(input + Tokens.base64(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}));
        String[] parts = good.split("\\.", -1);
        String[] other = EC.sign(Tokens.claims("\"sub\":\"guest\"")).split("\\.", -1);
        forged.add(parts[1] + "." + parts[0] + "." + parts[2]);
        forged.add(parts[0] + "." + parts[1] + "." + other[2]);
        forged.add(parts[0] + "." + other[1] + "." + parts[2]);
        forged.add(RSA.sign(claims).split("\\.", -1)[0] + "." + parts[1] + "." + parts[2]);
    }
}
