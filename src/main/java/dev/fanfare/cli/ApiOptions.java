package dev.fanfare.cli;

import dev.fanfare.cli.api.ApiClient;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where an instance is, and who asks it. */
final class ApiOptions {
    private static final String KEY_VARIABLE = "FANFARE_API_KEY";

    @Mixin
    private final RelayOptions relay = new RelayOptions();

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Holds the API key. Default: " + KEY_VARIABLE + " in the environment")
    private @Nullable Path apiKeyFile;

    ApiClient client() {
        return new ApiClient(relay.http(), key().orElse(null));
    }

    Optional<String> key() {
        return Credential.read(apiKeyFile, KEY_VARIABLE);
    }
}
