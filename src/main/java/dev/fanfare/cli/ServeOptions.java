package dev.fanfare.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve}. */
final class ServeOptions {
    @Option(
            names = "--config-file",
            paramLabel = "FILE",
            description = "YAML; what it leaves out has the defaults of conf/fanfare.yaml.")
    @Nullable
    Path configFile;
}
