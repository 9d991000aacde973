package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.config.TrustedProxies;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.JsonStrings;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API, for who has an API key. Nothing is read of a request before that is shown; and pages of browsers get nothing, since they
 * would need the permission of CORS, which nobody gives.
 */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final String JSON = "application/json";
    /** Where the body of a request is found when it was read. */
    private static final String BODY = "body";
    /** Where the name of the API key is found that was shown. */
    private static final String KEY = "key";

    /** The largest body, in bytes. */
    private static final int MOST_BYTES = 64 << 10;

    private final Access access;
    private final TrustedProxies proxies;
    private final Disconnector disconnector;
    private final RefusalLog refusals;

    Api(Access access, TrustedProxies proxies, Disconnector disconnector, RefusalLog refusals) {
        this.refusals = refusals;
        this.access = access;
        this.proxies = proxies;
        this.disconnector = disconnector;
    }

    void mount(Vertx vertx, Router router) {
        Router api = Router.router(vertx);
        api.route().handler(this::authenticate);
        post(api, "/disconnect", this::disconnect);
        api.route().handler(routing -> Problem.notFound().end(routing.response()));
        api.route().failureHandler(this::fail);
        router.route("/api/v1/*").subRouter(api);
    }

    /** The address takes JSON, and has no other method. */
    private static void post(Router api, String path, Handler<RoutingContext> handler) {
        api.post(path).handler(Api::requireJson);
        api.post(path).handler(Api::read);
        api.post(path).handler(handler);
        api.route(path).handler(routing -> Problem.method("POST").end(routing.response()));
    }

    private void authenticate(RoutingContext routing) {
        if (access.policy().apiKeys().isEmpty()) {
            Problem.noKeys().end(routing.response());
            return;
        }
        HttpServerRequest request = routing.request();
        try {
            String token = BearerToken.of(request, List.of(), false);
            Identity key = token == null ? null : access.policy().apiKeys().find(token);
            if (key == null) {
                throw new DeniedException(token == null ? Reason.CREDENTIAL_MISSING : Reason.CREDENTIAL_UNKNOWN);
            }
            routing.put(KEY, key.label()).next();
        } catch (ProtocolException | DeniedException e) {
            routing.fail(e);
        }
    }

    private static void requireJson(RoutingContext routing) {
        String type = String.valueOf(routing.request().getHeader("Content-Type"));
        if (type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
            routing.next();
        } else {
            Problem.mediaType(JSON).end(routing.response());
        }
    }

    private static void read(RoutingContext routing) {
        HttpServerResponse response = routing.response();
        Buffer body = Buffer.buffer();
        routing.request()
                .exceptionHandler(cause -> LOG.atDebug().setCause(cause).log("request broken off"))
                .handler(part -> {
                    if (!response.ended() && body.appendBuffer(part).length() > MOST_BYTES) {
                        Problem.tooLarge(MOST_BYTES).end(response);
                    }
                })
                .endHandler(end -> {
                    if (!response.ended()) {
                        routing.put(BODY, body).next();
                    }
                });
    }

    private void fail(RoutingContext routing) {
        Throwable cause = routing.failure();
        if (cause instanceof ProtocolException wrong) {
            Problem.badRequest(wrong.sentence()).end(routing.response());
        } else if (cause instanceof DeniedException denied) {
            refusals.denied("request", denied, ClientAddress.of(routing.request(), proxies));
            Problem.unauthorised().end(routing.response());
        } else {
            LOG.atError().setCause(cause).log("request failed");
            Problem.internal().end(routing.response());
        }
    }

    private void disconnect(RoutingContext routing) {
        try {
            Disconnect whom = whom(routing.get(BODY));
            disconnector.disconnect(whom).onSuccess(outcome -> {
                LOG.atInfo()
                        .addKeyValue("by", routing.<String>get(KEY))
                        .addKeyValue("whom", whom)
                        .addKeyValue("sessions", outcome.sessions())
                        .addKeyValue("complete", outcome.complete())
                        .log("disconnected");
                answer(
                        routing,
                        new JsonObject().put("disconnected", outcome.sessions()).put("complete", outcome.complete()));
            });
        } catch (ProtocolException e) {
            routing.fail(e);
        }
    }

    private static Disconnect whom(Buffer body) throws ProtocolException {
        Map<String, String> fields = JsonStrings.read(body.getBytes());
        String user = fields.get("user");
        String session = fields.get("session");
        if (fields.size() != 1 || (user == null && session == null)) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "one field is needed, 'user' or 'session'");
        }
        try {
            return user != null ? new Disconnect.User(user) : new Disconnect.Session(String.valueOf(session));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static void answer(RoutingContext routing, JsonObject json) {
        routing.response().putHeader("Content-Type", JSON).end(json.encode() + "\n");
    }
}
