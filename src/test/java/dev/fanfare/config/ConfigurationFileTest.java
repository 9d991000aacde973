package dev.fanfare.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    @TempDir
    Path folder = Path.of("");

    private Path path = Path.of("");

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("fanfare.yaml"), "server: {port: 1}\nauth: {timeout: 1s}\n");
    }

    @Test
    void keepsWhatNeedsARestartAndTellsOfIt() throws IOException {
        var file = new ConfigurationFile(path, Map.of("FANFARE_SESSION_MESSAGE_RATE", "7"));
        Files.writeString(path, "server: {port: 2}\nauth: {timeout: 2s}\n");

        ConfigurationFile.Reloaded reloaded = file.reload();

        assertThat(reloaded.configuration().server().port()).isEqualTo(1);
        assertThat(reloaded.configuration().auth().timeout()).hasSeconds(2);
        assertThat(reloaded.configuration().session().messageRate().perSecond()).isEqualTo(7);
        assertThat(reloaded.changed()).containsExactly("auth.timeout");
        assertThat(reloaded.needRestart()).containsExactly("server.port");
    }

    @Test
    void tellsWhatHasChangedSinceWhatHolds() throws IOException {
        var file = new ConfigurationFile(path, Map.of());
        Files.writeString(path, "server: {port: 1}\nauth: {timeout: 2s}\n");

        assertThat(file.reload().changed()).containsExactly("auth.timeout");
        assertThat(file.reload().changed()).as("it did not hold").containsExactly("auth.timeout");
        file.hold();
        assertThat(file.reload().changed()).isEmpty();
    }

    @Test
    void refusesAnEmptyFileOnceItRuns() throws IOException {
        var file = new ConfigurationFile(path, Map.of());
        Files.writeString(path, "\n \n");

        assertThatThrownBy(file::reload)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(path + ": is empty");
    }
}
