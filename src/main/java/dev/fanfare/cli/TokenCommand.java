package dev.fanfare.cli;

import dev.fanfare.auth.TokenIssuer;
import dev.fanfare.client.Json;
import dev.fanfare.config.Auth;
import dev.fanfare.config.ChannelPattern;
import dev.fanfare.config.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fanfare token}: a JSON Web Token for development. */
@Command(
        name = "token",
        description = "Makes a JSON Web Token for development, and prints nothing else.",
        footer = {
            "",
            "A secret is never an argument: everybody on the machine could read it.",
            "Exit status: 0, or 2 where no token can be made.",
            "",
            "  fanfare token --config-file my.yaml --user ada --subscribe 'news:*' > ada.jwt"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenCommand implements Callable<Integer> {
    /** Where the key is; one of these. */
    static final class Key {
        @Option(
                names = "--config-file",
                required = true,
                paramLabel = "FILE",
                description = "Takes auth.jwt.secret, algorithm, issuer and audience from this configuration (and the"
                        + " environment).")
        private @Nullable Path configFile;

        @Option(names = "--secret-file", required = true, paramLabel = "FILE", description = "Holds the secret.")
        private @Nullable Path secretFile;

        @Option(
                names = "--key-file",
                required = true,
                paramLabel = "FILE",
                description = "Holds the private key (PKCS#8, PEM) that belongs to auth.jwt.public-key.")
        private @Nullable Path keyFile;
    }

    @ArgGroup
    private @Nullable Key source;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description = "Such as HS512, PS256. Default: that of the configuration, or the usual one of the key")
    private @Nullable String algorithm;

    @Option(names = "--user", paramLabel = "NAME", description = "Whose it is (sub).")
    private @Nullable String user;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "How long it is good: 90s, 15m, 1h, 30d. Default: ${DEFAULT-VALUE}")
    private Duration expires = Duration.ZERO;

    @Option(
            names = "--subscribe",
            paramLabel = "PATTERN",
            description = "Channels that may be read whatever the rules say (channels). May be repeated.")
    private List<String> subscribe = List.of();

    @Option(
            names = "--publish",
            paramLabel = "PATTERN",
            description = "Channels that may be published to whatever the rules say (publish). May be repeated.")
    private List<String> publish = List.of();

    @Option(
            names = "--claim",
            paramLabel = "NAME=JSON",
            description = "A further claim, such as editor=true. May be repeated; overrides the others.")
    private Map<String, String> claims = Map.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Key key = source;
        if (key == null) {
            throw CommandException.wrong("one of --config-file, --secret-file and --key-file is needed, to sign with");
        }
        Optional<Auth.Jwt> configured = Optional.ofNullable(key.configFile)
                .map(file -> Configuration.load(file, System.getenv()))
                .flatMap(configuration -> configuration.auth().jwt());
        String named = algorithm != null
                ? algorithm
                : configured.map(Auth.Jwt::algorithm).orElse(null);
        String token = issuer(key, configured, named).sign(claims(configured));
        spec.commandLine().getOut().println(token);
        return ExitStatus.STOPPED;
    }

    private TokenIssuer issuer(Key key, Optional<Auth.Jwt> configured, @Nullable String named) {
        if (key.secretFile != null) {
            return TokenIssuer.withSecret(Credential.read(key.secretFile), named);
        }
        if (key.keyFile != null) {
            return TokenIssuer.withKey(key.keyFile, named);
        }
        String secret = configured
                .map(Auth.Jwt::secret)
                .orElseThrow(() -> CommandException.wrong(
                        key.configFile + " has no auth.jwt.secret: --key-file takes the key of another kind"));
        return TokenIssuer.withSecret(secret, named);
    }

    private String claims(Optional<Auth.Jwt> configured) {
        long now = Instant.now().getEpochSecond();
        Map<String, String> all = new LinkedHashMap<>();
        configured.map(Auth.Jwt::issuer).ifPresent(issuer -> all.put("iss", Json.quote(issuer)));
        configured.map(Auth.Jwt::audience).ifPresent(audience -> all.put("aud", Json.quote(audience)));
        Optional.ofNullable(user).ifPresent(name -> all.put("sub", Json.quote(name)));
        all.put("iat", Long.toString(now));
        all.put("exp", Long.toString(now + expires.toSeconds()));
        patterns("--subscribe", subscribe).ifPresent(list -> all.put("channels", list));
        patterns("--publish", publish).ifPresent(list -> all.put("publish", list));
        claims.forEach((name, json) -> {
            if (!Json.isValue(json)) {
                throw CommandException.wrong(
                        "--claim " + name + ": '" + json + "' is no JSON; a string needs its quotes");
            }
            all.put(name, json);
        });
        return all.entrySet().stream()
                .map(claim -> Json.quote(claim.getKey()) + ":" + claim.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private Optional<String> patterns(String option, List<String> patterns) {
        patterns.forEach(pattern -> {
            try {
                new ChannelPattern(pattern);
            } catch (IllegalArgumentException e) {
                throw CommandException.wrong(option + ": " + e.getMessage());
            }
        });
        return Optional.of(patterns)
                .filter(list -> !list.isEmpty())
                .map(list -> list.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")));
    }
}
