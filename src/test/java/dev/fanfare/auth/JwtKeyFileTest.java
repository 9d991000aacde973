package dev.fanfare.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.config.ConfigurationException;
import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The file that {@code auth.jwt.public-key} names. */
class JwtKeyFileTest {
    @RegisterExtension
    static final JwtFixture JWT = new JwtFixture();

    private static final Tokens RSA = Tokens.generate("RS256");
    private static final Tokens EC = Tokens.generate("ES256");

    @TempDir
    Path folder = Path.of("");

    private void assertRefused(String content, @Nullable String algorithm, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), content);
        assertThatThrownBy(() -> JWT.authenticator(JwtFixture.file(file, algorithm)))
                .isExactlyInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("auth.jwt.public-key: '" + file + "' ")
                .hasMessageContaining(why)
                .message()
                .hasLineCount(1)
                .doesNotContain(content.lines().skip(1).findFirst().orElse("-----"));
    }

    @Test
    void whatIsNoPublicKeyIsRefused() throws Exception {
        assertRefused("", null, "is no PEM file");
        assertRefused("ssh-rsa AAAA", null, "is no PEM file");
        assertRefused(RSA.jwk(), null, "is no PEM file");
        assertRefused(RSA.pem().replace("-----END", "----END"), null, "is no PEM file");
        assertRefused("x".repeat(100_000), null, "is no PEM file");
        assertRefused(Tokens.pem("PUBLIC KEY", new byte[20]), null, "holds a key that is neither");
        assertRefused("-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----", null, "is no valid PEM file");
        assertRefused(RSA.pem() + EC.pem(), null, "more than one key");
    }

    @Test
    void aPrivateKeyOrACertificateIsRefusedWithAWordOfWhatToDo() throws Exception {
        byte[] key = Objects.requireNonNull(RSA.pair()).getPrivate().getEncoded();
        assertRefused(Tokens.pem("PRIVATE KEY", key), null, "holds a PRIVATE KEY where a PUBLIC KEY is needed");
        assertRefused(Tokens.pem("RSA PUBLIC KEY", key), null, "pkey -pubout");
        Certificates certificates = new Certificates(folder).generate("issuer");
        assertRefused(Files.readString(certificates.cert("issuer")), null, "x509 -pubkey");
    }

    @Test
    void aKeyThatIsTooWeakOrForNothingIsRefused() throws Exception {
        assertRefused(Tokens.rsa("RS256", 1024).pem(), null, "has less than 2048 bits");
        assertRefused(openssl("x25519"), null, "is neither RSA, P-256, P-384, P-521 nor Ed25519");
        assertRefused(openssl("ed448"), null, "is neither RSA, P-256, P-384, P-521 nor Ed25519");
    }

    @Test
    void aKeyOfAnotherKindThanTheAlgorithmIsRefused() throws Exception {
        assertRefused(RSA.pem(), "ES256", "that ES256 is not for");
        assertRefused(EC.pem(), "RS256", "that RS256 is not for");
        assertRefused(EC.pem(), "ES384", "that ES384 is not for");
        assertRefused(EC.pem(), "EdDSA", "that EdDSA is not for");
    }

    @Test
    void whatOpensslWritesIsRead() throws Exception {
        Path file = Files.writeString(
                folder.resolve("key.pem"),
                "Some words before\r\n" + openssl("ed25519").replace("\n", "\r\n"));
        assertThat(JWT.authenticator(JwtFixture.file(file, null))).isNotNull();
    }

    private String openssl(String algorithm) throws Exception {
        Path key = folder.resolve(algorithm + ".key");
        run("openssl", "genpkey", "-algorithm", algorithm, "-out", key.toString());
        Path pub = folder.resolve(algorithm + ".pub");
        run("openssl", "pkey", "-in", key.toString(), "-pubout", "-out", pub.toString());
        return Files.readString(pub);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void anotherKeyVouchesForNobodyAndTheSameInOtherLinesForAll() throws Exception {
        Path file = EC.pemFile(folder);
        JwtAuthenticator before = JWT.authenticator(JwtFixture.file(file, null));
        Identity identity = JwtFixture.identity(before, EC.sign(JwtFixture.claims()));
        Files.writeString(file, "# issued today\n" + EC.pem());
        JwtAuthenticator same = JWT.authenticator(JwtFixture.file(file, null));
        assertThat(same.isSameAs(before)).isTrue();
        assertThat(same.renew(identity)).contains(identity);
        Files.writeString(file, RSA.pem());
        JwtAuthenticator other = JWT.authenticator(JwtFixture.file(file, null));
        assertThat(other.isSameAs(before)).isFalse();
        assertThat(other.renew(identity)).isEmpty();
    }
}
