package dev.fanfare.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How clients show who they are.
 *
 * @param required whether who shows nothing is refused
 * @param timeout how long a decision may take
 * @param queryToken whether a credential may stand in the query of the URL
 */
public record Auth(boolean required, Duration timeout, boolean queryToken, List<ApiKey> apiKeys, Optional<Jwt> jwt) {
    public Auth {
        apiKeys = List.copyOf(apiKeys);
    }

    static Auth of(Settings settings) {
        return new Auth(
                settings.get("auth.required").bool(),
                settings.get("auth.timeout").duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                settings.get("auth.query-token").bool(),
                ApiKey.all(settings),
                Jwt.of(settings));
    }

    /**
     * A key of a service.
     *
     * @param name what logs call it
     * @param sha256 the digest of the key, in lower-case hexadecimal digits
     * @param claims what holds for who has it, beside being authenticated
     */
    public record ApiKey(String name, String sha256, Set<String> claims) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
        private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
        private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        public ApiKey {
            claims = Set.copyOf(claims);
        }

        static List<ApiKey> all(Settings settings) {
            Set<String> names = new HashSet<>();
            Set<String> digests = new HashSet<>();
            return settings.sections("auth.api-keys").stream()
                    .map(section -> {
                        Setting name = section.required("name");
                        Setting digest = section.required("sha256");
                        if (!names.add(name.text(NAME, "is not 1 to 64 of A-Z a-z 0-9 _ . -"))) {
                            throw name.refuse("stands there twice");
                        }
                        // Somebody may have put the key itself there.
                        if (!DIGEST.matcher(digest.text()).matches()) {
                            throw digest.refuseUnseen("is not the SHA-256 of a key: 64 of 0-9 a-f");
                        }
                        if (digest.text().equals(OF_NOTHING)) {
                            throw digest.refuseUnseen("is the SHA-256 of nothing: was there no key?");
                        }
                        if (!digests.add(digest.text())) {
                            throw digest.refuseUnseen("stands there twice");
                        }
                        return new ApiKey(
                                name.text(),
                                digest.text(),
                                section.get("claims")
                                        .map(claims -> Set.copyOf(claims.list()))
                                        .orElse(Set.of()));
                    })
                    .toList();
        }

        /** The digest as bytes. */
        public byte[] digest() {
            return HexFormat.of().parseHex(sha256);
        }

        @Override
        public String toString() {
            return "ApiKey[" + name + "]";
        }
    }

    /**
     * How JSON Web Tokens are verified (RFC 7519): with one of the three kinds of keys.
     *
     * @param secret for HMAC, at least 32 bytes in UTF-8
     * @param publicKey a PEM file
     * @param jwksUrl where a key set is to be had (RFC 7517)
     * @param algorithm what the key is for; null: what is usual for its kind
     * @param issuer what {@code iss} has to be, or null
     * @param audience what {@code aud} has to be or to contain, or null
     * @param jwksMaxAge how old a key set may be before it is fetched again
     * @param jwksCooldown how much time there is at least between two fetches for the sake of unknown key ids
     */
    public record Jwt(
            @Nullable String secret,
            @Nullable Path publicKey,
            @Nullable URI jwksUrl,
            @Nullable String algorithm,
            @Nullable String issuer,
            @Nullable String audience,
            Duration jwksMaxAge,
            Duration jwksCooldown) {
        /** Bytes that a secret has at least. */
        public static final int LEAST_SECRET = 32;

        private static final String[] ALGORITHMS = {
            "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
            "ES512", "EdDSA"
        };

        static Optional<Jwt> of(Settings settings) {
            Setting secret = settings.get("auth.jwt.secret");
            Setting publicKey = settings.get("auth.jwt.public-key");
            Setting jwksUrl = settings.get("auth.jwt.jwks-url");
            Setting algorithm = settings.get("auth.jwt.algorithm");
            List<Setting> given = Stream.of(secret, publicKey, jwksUrl)
                    .filter(setting -> !setting.text().isEmpty())
                    .toList();
            if (given.size() > 1) {
                throw given.get(1).refuseUnseen("stands beside " + given.get(0).key() + ": one of them is enough");
            }
            String named = algorithm.oneOf(ALGORITHMS);
            if (!named.isEmpty() && given.contains(secret) != named.startsWith("HS")) {
                throw algorithm.refuse("is not for this kind of key");
            }
            if (given.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Jwt(
                    given.contains(secret) ? secret(secret) : null,
                    given.contains(publicKey) ? publicKey.file() : null,
                    given.contains(jwksUrl) ? jwksUrl.httpUrl() : null,
                    orNull(named),
                    orNull(settings.get("auth.jwt.issuer").text()),
                    orNull(settings.get("auth.jwt.audience").text()),
                    settings.get("auth.jwt.jwks-max-age").duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                    settings.get("auth.jwt.jwks-cooldown").duration(Duration.ofMillis(1), Duration.ofHours(1))));
        }

        private static String secret(Setting setting) {
            if (setting.text().getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET) {
                throw setting.refuseUnseen("is shorter than " + LEAST_SECRET + " bytes (RFC 7518, section 3.2)");
            }
            return setting.text();
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }

        @Override
        public String toString() {
            return "Jwt[" + (secret != null ? "secret" : publicKey != null ? publicKey : jwksUrl) + "]";
        }
    }
}
