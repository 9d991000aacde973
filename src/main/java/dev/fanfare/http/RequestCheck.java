package dev.fanfare.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every request has to be like that is to become a session, or to speak for a client: without the leniency of HTTP servers, what is missing, doubled or malformed
 * is refused.
 */
final class RequestCheck {
    /** A name or an address, and perhaps a port (RFC 9110, section 7.2). */
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._~%-]+|\\[[0-9A-Fa-f:.]+])(:[0-5]?\\d{0,4}|:6[0-5]\\d{3})?");

    private RequestCheck() {}

    /** Why a request is refused, or null. */
    static @Nullable Refusal malformed(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1) {
            return Refusal.malformed("HTTP/1.1 is needed");
        }
        if (count(request, "Host") != 1
                || !HOST.matcher(request.getHeader("Host")).matches()) {
            return Refusal.malformed("one Host header is needed, with a host and perhaps a port");
        }
        if (request.headers().contains("")) {
            return Refusal.malformed("a header without a name");
        }
        if (count(request, "Origin") > 1) {
            return Refusal.malformed("more than one Origin header");
        }
        return null;
    }

    /** The same where it has a body. */
    static @Nullable Refusal withBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.headers().contains("Transfer-Encoding")
                        || (length != null && !length.strip().equals("0"))
                ? Refusal.malformed("this request has no body")
                : null;
    }

    static int count(HttpServerRequest request, String header) {
        return request.headers().getAll(header).size();
    }

    /** The comma-separated values of a header. */
    static List<String> tokens(HttpServerRequest request, String header) {
        return request.headers().getAll(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
    }

    /** The id of a session to be: 122 random bits, as 22 characters that may stand in a URL. */
    static String sessionId() {
        UUID random = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
