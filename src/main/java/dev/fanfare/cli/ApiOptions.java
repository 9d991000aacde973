package dev.fanfare.cli;

import dev.fanfare.cli.api.ApiClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an instance is, and who asks it. */
final class ApiOptions {
    private static final String KEY_VARIABLE = "FANFARE_API_KEY";
    static final String URL_VARIABLE = "FANFARE_URL";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:" + URL_VARIABLE + ":-http://127.0.0.1:8443}",
            description = "The instance, or what balances several. Default: " + URL_VARIABLE
                    + " in the environment, else http://127.0.0.1:8443")
    private URI url = URI.create("");

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Holds the API key. Default: " + KEY_VARIABLE + " in the environment")
    private @Nullable Path apiKeyFile;

    ApiClient client() {
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new CommandException(
                    ExitStatus.WRONG_CONFIGURATION, "--url: '" + url + "' is no URL such as https://example.org");
        }
        return new ApiClient(url, key().orElse(null));
    }

    Optional<String> key() {
        return Credential.read(apiKeyFile, KEY_VARIABLE);
    }
}
