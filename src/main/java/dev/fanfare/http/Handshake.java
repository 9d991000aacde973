package dev.fanfare.http;

import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.Policy;
import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.RawProtocol;
import dev.fanfare.protocol.WireProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake (RFC 6455, section 4.2), without the leniency of HTTP servers: what is
 * missing, doubled or malformed is refused.
 */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String SUBPROTOCOL = "fanfare";
    private static final String JSON_PATH = "/ws";
    private static final String RAW_PREFIX = "/raw/";

    private final Configuration.Raw raw;
    private final OriginCheck origins;
    private final boolean compression;
    private final JsonProtocol json = new JsonProtocol();

    Handshake(Configuration configuration) {
        this.raw = configuration.raw();
        this.origins = new OriginCheck(configuration.server().origins());
        this.compression = configuration.server().compression();
    }

    /** What the check of a request came to: one of the two is there. */
    record Result(@Nullable Accepted accepted, @Nullable Refusal refusal) {}

    /**
     * A request that may be upgraded.
     *
     * @param session the id of the session that it is to be
     * @param token the credential that the client shows, or null
     * @param compressed whether permessage-deflate was agreed upon
     * @param response the whole of the 101
     */
    record Accepted(
            String session, @Nullable String token, WireProtocol protocol, boolean compressed, ByteBuf response) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Accepted[" + session + "]";
        }
    }

    /** Whether the request wants a WebSocket, well-formed or not. */
    static boolean isUpgrade(HttpServerRequest request) {
        return hasToken(request, "Upgrade", "websocket");
    }

    /** Whether a WebSocket is to be had at the path of the request. */
    boolean isWebSocketPath(String path) {
        return path.equals(JSON_PATH) || (raw.enabled() && (path.equals(raw.path()) || path.startsWith(RAW_PREFIX)));
    }

    /** @param path of the request, within what is ours */
    Result check(HttpServerRequest request, String path, Policy policy) {
        if (!isWebSocketPath(path)) {
            return refused(Refusal.path());
        }
        Refusal refusal = malformed(request);
        if (refusal == null) {
            refusal = origins.refused(request);
        }
        if (refusal != null) {
            return refused(refusal);
        }
        try {
            WireProtocol protocol = protocol(path);
            Optional<String> extension = CompressionOffer.answer(
                            request.headers().getAll("Sec-WebSocket-Extensions"))
                    .filter(answer -> compression);
            List<String> subprotocols = RequestCheck.tokens(request, "Sec-WebSocket-Protocol");
            String token =
                    policy.takesCredentials() ? BearerToken.of(request, subprotocols, policy.queryToken()) : null;
            String session = RequestCheck.sessionId();
            ByteBuf response = response(request, session, subprotocols.contains(SUBPROTOCOL), extension);
            return new Result(new Accepted(session, token, protocol, extension.isPresent(), response), null);
        } catch (ProtocolException e) {
            return refused(Refusal.malformed(e.sentence()));
        } catch (DeniedException e) {
            return refused(Refusal.unauthenticated(e.reason().word()));
        }
    }

    private static @Nullable Refusal malformed(HttpServerRequest request) {
        Refusal refusal = RequestCheck.malformed(request);
        if (refusal != null) {
            return refusal;
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return Refusal.malformed("the method of a handshake is GET");
        }
        refusal = RequestCheck.withBody(request);
        if (refusal != null) {
            return refusal;
        }
        if (!hasToken(request, "Connection", "upgrade")) {
            return Refusal.malformed("the Connection header has to name Upgrade");
        }
        if (RequestCheck.count(request, "Sec-WebSocket-Version") > 1) {
            return Refusal.malformed("more than one Sec-WebSocket-Version header");
        }
        if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
            return Refusal.version();
        }
        return hasKey(request) ? null : Refusal.malformed("one Sec-WebSocket-Key of 16 bytes in Base64 is needed");
    }

    /** Whether one of the comma-separated tokens is {@code token}, which is in lower case. */
    private static boolean hasToken(HttpServerRequest request, String header, String token) {
        return RequestCheck.tokens(request, header).stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .anyMatch(token::equals);
    }

    private static boolean hasKey(HttpServerRequest request) {
        if (RequestCheck.count(request, "Sec-WebSocket-Key") != 1) {
            return false;
        }
        try {
            String key = request.getHeader("Sec-WebSocket-Key");
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private WireProtocol protocol(String path) throws ProtocolException {
        if (path.equals(JSON_PATH)) {
            return json;
        }
        return path.startsWith(RAW_PREFIX)
                ? new RawProtocol(ChannelName.parse(decode(path.substring(RAW_PREFIX.length()))))
                : new RawProtocol(new ChannelName(raw.channel()));
    }

    private static String decode(String component) {
        try {
            return QueryStringDecoder.decodeComponent(component.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return component;
        }
    }

    private static ByteBuf response(
            HttpServerRequest request, String session, boolean subprotocol, Optional<String> extension) {
        StringBuilder head = new StringBuilder(240)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                .append("Sec-WebSocket-Accept: ")
                .append(accept(request.getHeader("Sec-WebSocket-Key")))
                .append("\r\nFanfare-Session: ")
                .append(session)
                .append("\r\n");
        if (subprotocol) {
            head.append("Sec-WebSocket-Protocol: ").append(SUBPROTOCOL).append("\r\n");
        }
        extension.ifPresent(answer ->
                head.append("Sec-WebSocket-Extensions: ").append(answer).append("\r\n"));
        return Unpooled.wrappedBuffer(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static Result refused(Refusal refusal) {
        return new Result(null, refusal);
    }
}
