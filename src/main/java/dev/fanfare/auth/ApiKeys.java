package dev.fanfare.auth;

import dev.fanfare.config.Auth.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configured API keys: digests of them. All are compared, each in the same time, whatever was shown. */
public final class ApiKeys {
    /** What a digest stands for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Entry(byte[] digest, Identity identity) {}

    private final List<Entry> entries;

    ApiKeys(List<ApiKey> keys) {
        this.entries =
                keys.stream().map(key -> new Entry(key.digest(), identity(key))).toList();
    }

    private static Identity identity(ApiKey key) {
        Map<String, Object> claims = key.claims().stream().collect(Collectors.toMap(claim -> claim, claim -> true));
        String proof = "api-key " + key.name() + ' ' + key.sha256();
        return new Identity(Identity.Kind.API_KEY, null, claims, List.of(), List.of(), Identity.NEVER, proof);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Who has this key, or null. */
    public @Nullable Identity find(String key) {
        byte[] digest = sha256(key);
        Identity found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.identity;
            }
        }
        return found;
    }

    /** Who has the key that was shown, if it is still one: with the claims that it has now. */
    Optional<Identity> renew(Identity identity) {
        return entries.stream()
                .map(Entry::identity)
                .filter(known -> known.proof().equals(identity.proof()))
                .findFirst();
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
