package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.ChannelAuthorizer.Action;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Page;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.JsonFields;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to the HTTP API of somebody who has shown an API key, once it was read. Belongs to the event loop.
 *
 * @param access by which the holder of the key is judged
 * @param key who has it
 */
record ApiCall(RoutingContext routing, Access access, Identity key, Buffer body) implements Permit {
    /** The longest key of a request, in characters: the number of a message fits behind it. */
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,120}");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final int USUAL_LIMIT = 100;

    @Override
    public Future<Void> allows(Action action, @Nullable ChannelName channel) {
        return access.authorize(key, action, channel)
                .compose(allowed -> allowed ? Future.succeededFuture() : Permit.refused("API key", action, channel));
    }

    /** The fields of the body. */
    JsonFields fields(Set<String> names) throws ProtocolException {
        return JsonFields.read(body.getBytes(), names);
    }

    /** A part of the path. */
    String part(String name) {
        return String.valueOf(routing.pathParam(name));
    }

    /** A parameter of the query, empty where it is not there. */
    String parameter(String name) throws ProtocolException {
        List<String> values = routing.queryParam(name);
        if (values.size() > 1) {
            throw bad("'" + name + "' stands there twice");
        }
        return values.isEmpty() ? "" : values.get(0);
    }

    boolean flag(String name) throws ProtocolException {
        String value = parameter(name);
        if (!Set.of("", "true", "false").contains(value)) {
            throw bad("'" + name + "' is true or false");
        }
        return value.equals("true");
    }

    /** How much is asked for at most. */
    int limit() throws ProtocolException {
        String value = parameter("limit");
        if (value.isEmpty()) {
            return USUAL_LIMIT;
        }
        int limit = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > Page.MOST) {
            throw bad("'limit' is a whole number from 1 to " + Page.MOST);
        }
        return limit;
    }

    /** By which the request is known when it comes again, or null. */
    @Nullable
    String idempotencyKey() throws ProtocolException {
        List<String> values = routing.request().headers().getAll("Idempotency-Key");
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1 || !IDEMPOTENCY_KEY.matcher(values.get(0)).matches()) {
            throw bad("one 'Idempotency-Key' is 1 to 120 visible characters of ASCII");
        }
        return values.get(0);
    }

    /** A failure that tells what is wrong with a request. */
    static ProtocolException bad(@Nullable String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, String.valueOf(sentence));
    }
}
