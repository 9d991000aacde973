package dev.fanfare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The way round picocli means what picocli means, and what it can't tell is left to picocli. */
class ServeOptionsTest {
    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "serve",
                "--config-file my.yaml",
                "--config-file=my.yaml",
                "serve --config-file /etc/fanfare/my.yaml",
                "serve --config-file=a=b.yaml"
            })
    void aPlainLineIsReadAsPicocliReadsIt(String line) {
        String[] arguments = words(line).toArray(String[]::new);
        CommandLine picocli = FanfareCommand.line((configuration, registry, file, reloaded) -> {
            throw new AssertionError("nothing is to start");
        });
        ParseResult parsed = picocli.parseArgs(arguments);
        ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        Path expected = command.matchedOptionValue("--config-file", null);
        Optional<ServeOptions> plain = ServeOptions.plain(arguments);
        assertThat(plain).isPresent();
        assertThat(plain.orElseThrow().configFile).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "serve --help",
                "--version",
                "bench",
                "serve serve",
                "serve --config-file",
                "--config-file=",
                "--config-file serve",
                "--config-file --help",
                "--config-file @options",
                "@options",
                "--config-file a --config-file b",
                "--config-file a b",
                "serve --bogus"
            })
    void whateverElseThereIsIsLeftToPicocli(String line) {
        assertThat(ServeOptions.plain(words(line).toArray(String[]::new))).isEmpty();
    }
}
