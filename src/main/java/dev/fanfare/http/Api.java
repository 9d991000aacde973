package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.Credentials;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Disconnected;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.protocol.JsonStrings;
import dev.fanfare.protocol.ProtocolException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API, for who has an API key. Nothing is read of a request before that is shown; and pages of browsers get nothing, since they
 * would need the permission of CORS, which nobody gives.
 */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final String JSON = "application/json";
    /** The largest body, in bytes. */
    private static final int MOST_BYTES = 64 << 10;

    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+)");

    private final Access access;
    private final Disconnector disconnector;

    Api(Access access, Disconnector disconnector) {
        this.access = access;
        this.disconnector = disconnector;
    }

    void mount(Vertx vertx, Router router) {
        Router api = Router.router(vertx);
        api.route().handler(this::authenticate);
        post(api, "/disconnect", this::disconnect);
        api.route().handler(routing -> Problem.notFound().end(routing.response()));
        api.route().failureHandler(Api::fail);
        router.route("/api/v1/*").subRouter(api);
    }

    /** The address takes JSON, and has no other method. */
    private static void post(Router api, String path, Handler<RoutingContext> handler) {
        api.post(path).handler(Api::requireJson);
        api.post(path).handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES));
        api.post(path).handler(handler);
        api.route(path).handler(routing -> Problem.method("POST").end(routing.response()));
    }

    private void authenticate(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String token = bearer(request);
        if (!access.policy().takesApiKeys()) {
            Problem.noKeys().end(routing.response());
        } else if (token == null) {
            Problem.unauthorised().end(routing.response());
        } else {
            request.pause();
            String address = request.remoteAddress().hostAddress();
            access.authenticate(new Credentials(token, address, request.headers()))
                    .onComplete(shown -> {
                        if (shown.succeeded() && shown.result().kind() == Identity.Kind.API_KEY) {
                            routing.next();
                        } else {
                            Problem.unauthorised().end(routing.response());
                        }
                        request.resume();
                    });
        }
    }

    private static @Nullable String bearer(HttpServerRequest request) {
        List<String> values = request.headers().getAll("Authorization");
        Matcher matcher = BEARER.matcher(values.size() == 1 ? values.get(0) : "");
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static void requireJson(RoutingContext routing) {
        String type = String.valueOf(routing.request().getHeader("Content-Type"));
        if (type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
            routing.next();
        } else {
            Problem.mediaType(JSON).end(routing.response());
        }
    }

    private static void fail(RoutingContext routing) {
        if (routing.statusCode() == HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE.code()) {
            Problem.tooLarge(MOST_BYTES).end(routing.response());
            return;
        }
        LOG.atError().setCause(routing.failure()).log("a request failed");
        if (!routing.response().ended()) {
            Problem.internal().end(routing.response());
        }
    }

    private void disconnect(RoutingContext routing) {
        try {
            Disconnect whom = whom(routing.body().buffer());
            disconnector.disconnect(whom).onSuccess(outcome -> {
                LOG.atInfo()
                        .addKeyValue("whom", whom)
                        .addKeyValue("sessions", outcome.sessions())
                        .addKeyValue("complete", outcome.complete())
                        .log("disconnected");
                answer(routing, outcome);
            });
        } catch (ProtocolException e) {
            Problem.badRequest(e.sentence()).end(routing.response());
        } catch (IllegalArgumentException e) {
            Problem.badRequest(String.valueOf(e.getMessage())).end(routing.response());
        }
    }

    private static Disconnect whom(@Nullable Buffer body) throws ProtocolException {
        Map<String, String> fields = JsonStrings.read(body == null ? new byte[0] : body.getBytes());
        String user = fields.get("user");
        String session = fields.get("session");
        if (fields.size() == 1 && user != null) {
            return new Disconnect.User(user);
        }
        if (fields.size() == 1 && session != null) {
            return new Disconnect.Session(session);
        }
        throw new IllegalArgumentException("one field is needed, 'user' or 'session'");
    }

    private static void answer(RoutingContext routing, Disconnected outcome) {
        JsonObject json =
                new JsonObject().put("disconnected", outcome.sessions()).put("complete", outcome.complete());
        routing.response().putHeader("Content-Type", JSON).end(json.encode() + "\n");
    }
}
