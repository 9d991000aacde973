package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A request for the upgrade to a WebSocket (RFC 6455, section 4.1), honest as {@link #to} makes it.
 *
 * @param method the method
 * @param target the request target
 * @param version the version of HTTP
 * @param headers the header lines in their order, without their ends
 */
public record UpgradeRequest(String method, String target, String version, List<String> headers) {
    /** The key of the RFC's own example. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    public UpgradeRequest {
        headers = List.copyOf(headers);
    }

    public static UpgradeRequest to(int port, String path) {
        return new UpgradeRequest(
                "GET",
                path,
                "HTTP/1.1",
                List.of(
                        "Host: localhost:" + port,
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Key: " + KEY,
                        "Sec-WebSocket-Version: 13"));
    }

    public UpgradeRequest method(String other) {
        return new UpgradeRequest(other, target, version, headers);
    }

    public UpgradeRequest target(String other) {
        return new UpgradeRequest(method, other, version, headers);
    }

    public UpgradeRequest version(String other) {
        return new UpgradeRequest(method, target, other, headers);
    }

    /** The request with one more header, behind those that it has. */
    public UpgradeRequest with(String name, String value) {
        var lines = new ArrayList<>(headers);
        lines.add(name + ": " + value);
        return new UpgradeRequest(method, target, version, lines);
    }

    /** The request with one more header that offers extensions. */
    public UpgradeRequest offering(String extensions) {
        return with("Sec-WebSocket-Extensions", extensions);
    }

    /** The request with a credential where those who can set headers put it. */
    public UpgradeRequest bearing(String token) {
        return with("Authorization", "Bearer " + token);
    }

    /** The request with a credential where browsers put it. */
    public UpgradeRequest offeringBearer(String token) {
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        return with("Sec-WebSocket-Protocol", "fanfare, bearer." + encoded);
    }

    /** The request without a header. */
    public UpgradeRequest without(String name) {
        return new UpgradeRequest(
                method,
                target,
                version,
                headers.stream().filter(line -> !line.startsWith(name + ":")).toList());
    }

    /** The request with one value of a header in place of another. */
    public UpgradeRequest replacing(String name, String value) {
        return without(name).with(name, value);
    }

    /** The request as it is sent. */
    public String text() {
        return method + " " + target + " " + version + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** What a server has to answer in {@code Sec-WebSocket-Accept}. */
    public static String accept(String key) {
        try {
            byte[] joined = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(joined));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
