package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
    private static final Configuration DEFAULTS = Configuration.load(null, Map.of());

    @TempDir
    Path directory = Path.of("");

    static Stream<Effect> effects() {
        return Effect.all().stream();
    }

    @ParameterizedTest
    @MethodSource("effects")
    void takesAKeyFromTheFile(Effect effect) {
        assertThat(effect.read().apply(DEFAULTS)).isNotEqualTo(effect.expected());
        assertThat(effect.read().apply(parse(Yaml.of(effect.key(), effect.value()))))
                .isEqualTo(effect.expected());
    }

    @ParameterizedTest
    @MethodSource("effects")
    void takesAKeyFromTheEnvironmentOverTheFile(Effect effect) {
        Map<String, String> environment = Map.of(Yaml.variable(effect.key()), effect.value());

        Configuration changed = Configuration.load(null, environment);

        assertThat(effect.read().apply(changed)).isEqualTo(effect.expected());
        assertThat(changed.effective()).containsEntry(effect.key(), effect.value());
        assertThat(changed.unknownVariables()).isEmpty();
    }

    @Test
    void everyDocumentedKeyHasAnEffectThatIsTested() {
        List<String> tls = List.of("server.tls.enabled", "server.tls.cert", "server.tls.key", "server.tls.client-ca");
        assertThat(Stream.of(effects().map(Effect::key), tls.stream(), ClusterTest.keys(), AuthTest.keys())
                        .flatMap(keys -> keys))
                .containsExactlyInAnyOrderElementsOf(DEFAULTS.effective().keySet().stream()
                        .map(key -> key.replaceFirst("\\[\\d].*", ""))
                        .distinct()
                        .toList());
    }

    @Test
    void takesTheFilesOfTls() throws IOException {
        Path cert = Files.createFile(directory.resolve("cert.pem"));
        Path key = Files.createFile(directory.resolve("key.pem"));
        Path authorities = Files.createFile(directory.resolve("ca.pem"));

        assertThat(DEFAULTS.server().tls()).isEmpty();
        assertThat(tls(cert, key, "").server().tls()).contains(new Configuration.Tls(cert, key, null));
        assertThat(tls(cert, key, authorities.toString()).server().tls())
                .contains(new Configuration.Tls(cert, key, authorities));
        assertThatThrownBy(() -> tls(cert, directory.resolve("none.pem"), ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("test.yaml:5: server.tls.key: '" + directory.resolve("none.pem")
                        + "' is no file that can be read");
        assertThatThrownBy(() -> parse("server:\n  tls:\n    enabled: true\n    cert: " + cert + "\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("test.yaml:3: server.tls.enabled: 'true' needs server.tls.key");
    }

    private static Configuration tls(Path cert, Path key, String authorities) {
        return parse("server:\n  tls:\n    enabled: true\n    cert: " + cert + "\n    key: " + key
                + "\n    client-ca: \"" + authorities + "\"\n");
    }

    @Test
    void readsAFileFromItsPath() throws IOException {
        Path file = Files.writeString(directory.resolve("own.yaml"), "server:\n  port: 1234\n");
        assertThat(Configuration.load(file, Map.of()).server().port()).isEqualTo(1234);
    }

    @Test
    void namesTheFileThatIsNotThere() {
        Path file = directory.resolve("none.yaml");
        assertThatThrownBy(() -> Configuration.load(file, Map.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + ": can't be read: there is no such file");
    }

    @Test
    void readsJsonAsYaml() {
        Configuration read = parse("{\"server\": {\"port\": 1234, \"origins\": [\"https://a.example\"]}}");
        assertThat(read.server().port()).isEqualTo(1234);
        assertThat(read.server().origins().listed()).containsExactly("https://a.example");
    }

    @Test
    void takesAnEmptyFileForTheDefaults() {
        assertThat(parse("# nothing\n")).isEqualTo(DEFAULTS);
    }

    @Test
    void listsVariablesThatItDoesNotKnow() {
        Map<String, String> environment =
                Map.of("FANFARE_SERVER_PROT", "1", "FANFARE_SERVER_PORT", "2", "FANFARE_", "3", "HOME", "4");
        assertThat(Configuration.load(null, environment).unknownVariables())
                .containsExactly("FANFARE_", "FANFARE_SERVER_PROT");
    }

    @Test
    void knowsTheVariablesOfTheClientCommands() {
        Map<String, String> environment = Map.of("FANFARE_URL", "1", "FANFARE_API_KEY", "2", "FANFARE_TOKEN", "3");
        assertThat(Configuration.load(null, environment).unknownVariables()).isEmpty();
    }

    @Test
    void readsAZeroInFrontAsDecimal() {
        assertThat(parse("server:\n  port: 010\n").server().port()).isEqualTo(10);
    }

    @Test
    void takesTheRateForABurstOfZero() {
        assertThat(parse("session:\n  message-rate: 7\n").session().messageRate())
                .isEqualTo(new Rate(7, 7));
        assertThat(parse("server:\n  handshake-rate: 7\n  handshake-burst: 3\n")
                        .server()
                        .handshakeRate())
                .isEqualTo(new Rate(7, 3));
    }

    @Test
    void takesTheRateOrTheLargestMessageForABurstOfZeroBytes() {
        assertThat(parse("session:\n  byte-rate: 1KiB\n").session().byteRate()).isEqualTo(new Rate(1 << 10, 64 << 10));
        assertThat(parse("session:\n  byte-rate: 1MiB\n").session().byteRate()).isEqualTo(new Rate(1 << 20, 1 << 20));
        assertThat(parse("server:\n  max-message-size: 1KiB\nsession:\n  byte-rate: 1B\n  byte-burst: 1KiB\n")
                        .session()
                        .byteRate())
                .isEqualTo(new Rate(1, 1 << 10));
    }

    @Test
    void takesTheCoresForZeroEventLoops() {
        assertThat(DEFAULTS.server().eventLoops())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    private static Configuration parse(String yaml) {
        return Configuration.parse(yaml, "test.yaml", Map.of());
    }
}
