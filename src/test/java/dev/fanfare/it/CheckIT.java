package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fanfare check} says of a configuration what {@code fanfare serve} would. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class CheckIT {
    private static final String FREE_PORTS =
            "server.host: 127.0.0.1\nserver.port: 0\nmetrics.host: 127.0.0.1\nmetrics.port: 0\n";

    @TempDir
    private Path folder;

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("fanfare.yaml"), yaml).toString();
    }

    private static JarProcess check(Map<String, String> environment, String... options) {
        String[] words = new String[options.length + 1];
        words[0] = "check";
        System.arraycopy(options, 0, words, 1, options.length);
        return JarProcess.command(environment, words);
    }

    private static void expectTheSame(String file, String text) throws Exception {
        try (JarProcess check = check(Map.of(), "--config-file", file);
                JarProcess serve = JarProcess.command(Map.of(), "serve", "--config-file", file)) {
            assertThat(check.end()).isEqualTo(2);
            assertThat(serve.end()).isEqualTo(2);
            assertThat(check.err()).matches("fanfare: .+\\R").contains(text).isEqualTo(serve.err());
            assertThat(check.out()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.port: 70000",
                "server.prot: 1",
                "server: [",
                "auth.jwt.secret: short",
                "auth.jwt.public-key: /does/not/exist.pem",
                "server.tls.enabled: true"
            })
    void aWrongValueIsSaidAsAnInstanceSaysIt(String yaml) throws Exception {
        expectTheSame(file(FREE_PORTS + yaml + "\n"), "fanfare.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.key", "none.key", "first.crt", "text"})
    void aKeyThatDoesNotFitTheCertificateIsSaidAsAnInstanceSaysIt(String key) throws Exception {
        Certificates certificates = new Certificates(folder).generate("first").generate("other");
        Files.writeString(folder.resolve("text"), "no PEM\n");
        expectTheSame(
                file(FREE_PORTS + "server.tls.enabled: true\nserver.tls.cert: " + certificates.cert("first")
                        + "\nserver.tls.key: " + folder.resolve(key) + "\n"),
                "server.tls");
    }

    @Test
    void whatCanBeUsedIsSaidSoAndUnknownVariablesAreWarnedOf() throws Exception {
        Certificates certificates = new Certificates(folder).generate("first");
        String file = file("server.tls.enabled: true\nserver.tls.cert: " + certificates.cert("first")
                + "\nserver.tls.key: " + certificates.key("first") + "\n");
        Map<String, String> environment =
                Map.of("FANFARE_SERVER_PROT", "1", "FANFARE_URL", "2", "FANFARE_API_KEY", "3", "FANFARE_TOKEN", "4");
        try (JarProcess check = check(environment, "--config-file", file)) {
            assertThat(check.end()).isZero();
            assertThat(check.out()).isEqualTo(file + ": can be used\n");
            assertThat(check.err())
                    .isEqualTo("fanfare: warning: unknown variable FANFARE_SERVER_PROT in the environment\n");
        }
    }

    @Test
    void allValuesArePrintedAndNoSecret() throws Exception {
        String secret = "0123456789012345678901234567890123456789";
        try (JarProcess check =
                check(Map.of("FANFARE_AUTH_JWT_SECRET", secret, "FANFARE_SERVER_PORT", "1234"), "--print")) {
            assertThat(check.end()).isZero();
            assertThat(check.out().lines()).contains("server.port: 1234", "log.format: text");
            assertThat(check.out()).contains("auth.jwt.secret: ").doesNotContain(secret);
        }
    }

    @Test
    void aFileThatIsNotThereCantBeRead() throws Exception {
        try (JarProcess check = check(Map.of(), "--config-file", "/does/not/exist.yaml")) {
            assertThat(check.end()).isEqualTo(1);
            assertThat(check.err()).isEqualTo("fanfare: /does/not/exist.yaml: can't be read: there is no such file\n");
        }
    }
}
