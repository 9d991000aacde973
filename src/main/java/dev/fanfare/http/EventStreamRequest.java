package dev.fanfare.http;

import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.Policy;
import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.Command.Wish;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.EventId;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The check of a request for an event stream, as strict as that of a handshake. */
final class EventStreamRequest {
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final OriginCheck origins;

    EventStreamRequest(Configuration configuration) {
        this.origins = new OriginCheck(configuration.server().origins());
    }

    /** What the check of a request came to: one of the two is there. */
    record Result(@Nullable Accepted accepted, @Nullable Refusal refusal) {}

    /**
     * A request that may become a stream.
     *
     * @param session the id of the session that it is to be
     * @param token the credential that the client shows, or null
     * @param wishes its channels, each once
     * @param crossOrigin headers that every response to it has
     * @param head that of the response
     */
    record Accepted(
            String session, @Nullable String token, List<Wish> wishes, Map<String, String> crossOrigin, ByteBuf head) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Accepted[" + session + "]";
        }
    }

    /** Why the request is refused whatever its method, or null: it is malformed, or of a page that is not admitted. */
    @Nullable
    Refusal refused(HttpServerRequest request) {
        Refusal refusal = RequestCheck.malformed(request);
        return refusal == null ? origins.refused(request) : refusal;
    }

    Result check(HttpServerRequest request, Policy policy) {
        Refusal refusal = refused(request);
        if (refusal != null) {
            return new Result(null, refusal);
        }
        Map<String, String> crossOrigin = CrossOrigin.headers(request.getHeader("Origin"));
        refusal = RequestCheck.withBody(request);
        if (refusal == null && !accepts(request)) {
            refusal = Refusal.notAcceptable();
        }
        if (refusal != null) {
            return new Result(null, refusal.with(crossOrigin));
        }
        try {
            List<Wish> wishes = wishes(request);
            String token = policy.takesCredentials() ? BearerToken.of(request, List.of(), policy.queryToken()) : null;
            String session = RequestCheck.sessionId();
            return new Result(new Accepted(session, token, wishes, crossOrigin, head(session, crossOrigin)), null);
        } catch (ProtocolException e) {
            return new Result(null, Refusal.malformed(e.sentence()).with(crossOrigin));
        } catch (DeniedException e) {
            return new Result(null, Refusal.unauthenticated(e.reason().word()).with(crossOrigin));
        }
    }

    private static boolean accepts(HttpServerRequest request) {
        List<String> accepted = RequestCheck.tokens(request, "Accept");
        return accepted.isEmpty()
                || accepted.stream()
                        .map(range -> range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .anyMatch(List.of("*/*", "text/*", "text/event-stream")::contains);
    }

    private static List<Wish> wishes(HttpServerRequest request) throws ProtocolException {
        Map<String, List<String>> query = query(request);
        List<String> channels =
                query.getOrDefault("channel", List.of()).stream().distinct().toList();
        if (channels.isEmpty()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "a 'channel' is needed in the query, or several");
        }
        Map<String, Position> positions = positions(request, query, channels);
        return channels.stream()
                .map(channel -> new Wish(channel, positions.get(channel), null, null, null))
                .toList();
    }

    private static Map<String, List<String>> query(HttpServerRequest request) throws ProtocolException {
        try {
            return new QueryStringDecoder(String.valueOf(request.query()), false).parameters();
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the query can't be read");
        }
    }

    /** Those that the header tells; else those of the query, where the client began. */
    private static Map<String, Position> positions(
            HttpServerRequest request, Map<String, List<String>> query, List<String> channels)
            throws ProtocolException {
        List<String> ids = request.headers().getAll(LAST_EVENT_ID);
        if (ids.isEmpty()) {
            ids = query.getOrDefault("lastEventId", List.of());
        }
        if (ids.size() > 1) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "more than one " + LAST_EVENT_ID);
        }
        return ids.isEmpty() || ids.get(0).isEmpty() ? Map.of() : EventId.parse(ids.get(0), channels);
    }

    /** The response has no length and no chunks: it ends with the connection, so that what is written may be shared. */
    private static ByteBuf head(String session, Map<String, String> crossOrigin) {
        StringBuilder head = new StringBuilder(320)
                .append("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n")
                .append("X-Accel-Buffering: no\r\nConnection: close\r\nFanfare-Session: ")
                .append(session)
                .append("\r\n");
        crossOrigin.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return Unpooled.wrappedBuffer(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }
}
