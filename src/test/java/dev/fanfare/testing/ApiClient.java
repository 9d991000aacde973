package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A service that uses the HTTP API. */
public final class ApiClient {
    /** Its API key. */
    public static final String KEY = "the-key_of.a~service";

    /** The setting that lets it in. */
    public static final String SETTING =
            "auth.api-keys=[{\"name\":\"service\",\"sha256\":\"" + sha256(KEY) + "\",\"claims\":[\"publisher\"]}]";

    private ApiClient() {}

    /** Posts JSON with the key, and returns the answer. */
    public static Response post(int port, String path, String json) {
        try (HttpPeer peer = HttpPeer.to(port)) {
            return peer.send(request(port, "POST", path, json)).response();
        }
    }

    /** A request with the key, as it is sent. */
    public static String request(int port, String method, String path, String json) {
        return "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(
                        method,
                        path,
                        port,
                        KEY,
                        json.getBytes(UTF_8).length,
                        new String(json.getBytes(UTF_8), ISO_8859_1));
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
