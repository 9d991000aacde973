package dev.fanfare.http;

import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential of a handshake: in {@code Authorization} (RFC 6750, section 2.1); or, as browsers can't set that, as the subprotocol
 * {@code bearer.} with it in Base64url; or as {@code access_token} in the query (section 2.3).
 */
final class BearerToken {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
    private static final Pattern HEADER = Pattern.compile("(?i)bearer +(\\S+) *");
    private static final String SCHEME = "Bearer ";
    private static final String SUBPROTOCOL = "bearer.";

    private BearerToken() {}

    /**
     * The credential, or null where there is none.
     *
     * @param subprotocols those that are offered
     * @param query whether it may stand in the query
     * @throws ProtocolException where there is more than one
     * @throws DeniedException where it is none by its form
     */
    static @Nullable String of(HttpServerRequest request, List<String> subprotocols, boolean query)
            throws ProtocolException {
        List<String> found = new ArrayList<>();
        request.headers().getAll("Authorization").forEach(header -> found.add(inHeader(header)));
        subprotocols.stream()
                .filter(offered -> offered.startsWith(SUBPROTOCOL))
                .forEach(offered -> found.add(decode(offered.substring(SUBPROTOCOL.length()))));
        List<String> inQuery = inQuery(request);
        if (!inQuery.isEmpty() && !query) {
            throw malformed();
        }
        found.addAll(inQuery);
        if (found.size() > 1) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "more than one credential");
        }
        if (found.isEmpty()) {
            return null;
        }
        if (!TOKEN.matcher(found.get(0)).matches()) {
            throw malformed();
        }
        return found.get(0);
    }

    /** Another kind of credential, such as Basic, is none here (RFC 6750, section 3.1). */
    private static String inHeader(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new DeniedException(Reason.CREDENTIAL_MISSING);
        }
        var matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            throw malformed();
        }
        return matcher.group(1);
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static List<String> inQuery(HttpServerRequest request) {
        String query = request.query();
        if (query == null || !query.contains("access_token")) {
            return List.of();
        }
        try {
            return new QueryStringDecoder(query, false).parameters().getOrDefault("access_token", List.of());
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static DeniedException malformed() {
        return new DeniedException(Reason.CREDENTIAL_MALFORMED);
    }
}
