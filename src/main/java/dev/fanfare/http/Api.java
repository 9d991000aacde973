package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.DeniedException;
import dev.fanfare.auth.DeniedException.Reason;
import dev.fanfare.auth.Identity;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.config.Configuration.Server;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API, for who has an API key. Nothing is read of a request before that is shown; and pages of browsers get nothing, since they
 * would need the permission of CORS, which nobody gives. What it takes and answers is described by {@link ApiDocument}.
 */
final class Api {
    /** The largest body beside that of a message, in bytes. */
    static final int MOST_BYTES = 64 << 10;

    /** The largest body of several messages, in bytes; where one message may be larger, it may be as large as that. */
    private static final int MOST_BYTES_OF_MANY = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final SessionLoop loop;
    private final Server settings;
    private final Disconnector disconnector;
    private final Directory directory;

    Api(SessionLoop loop, Server settings, Disconnector disconnector, Directory directory) {
        this.loop = loop;
        this.settings = settings;
        this.disconnector = disconnector;
        this.directory = directory;
    }

    void mount(Vertx vertx, Router router) {
        router.route("/api/v1/*").subRouter(routes(vertx));
    }

    /** Its addresses, as they stand behind {@code /api/v1}. */
    Router routes(Vertx vertx) {
        Router api = Router.router(vertx);
        api.route().handler(this::count);
        new ApiDocument().mount(api);
        api.route().handler(this::authenticate);
        mount(new ApiRoutes(api, loop.access()));
        api.route().handler(routing -> Problem.notFound().end(routing.response()));
        api.route().failureHandler(this::fail);
        return api;
    }

    private void mount(ApiRoutes routes) {
        int one = MOST_BYTES + settings.maxMessageSize();
        int many = Math.max(MOST_BYTES_OF_MANY, one);
        KeyPublisher publisher = new KeyPublisher(loop, settings.maxMessageSize());
        new PublishingApi(publisher, one, many).mount(routes);
        new ProcessApi(publisher, many).mount(routes);
        new ChannelApi(loop).mount(routes);
        new DirectoryApi(directory, loop.meters()).mount(routes);
        new OperatorApi(disconnector).mount(routes);
    }

    private void count(RoutingContext routing) {
        routing.addHeadersEndHandler(
                head -> loop.meters().apiRequest(routing.response().getStatusCode()));
        routing.next();
    }

    private void authenticate(RoutingContext routing) {
        Access access = loop.access();
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
            ApiRoutes.accept(routing, key);
            routing.next();
        } catch (ProtocolException | DeniedException e) {
            routing.fail(e);
        }
    }

    private void fail(RoutingContext routing) {
        Throwable cause = routing.failure();
        if (cause instanceof ProtocolException wrong) {
            Problem.of(wrong).end(routing.response());
        } else if (cause instanceof DeniedException denied) {
            loop.refusals().denied("request", denied, ClientAddress.of(routing.request(), settings.trustedProxies()));
            Problem.unauthorised().end(routing.response());
        } else if (cause instanceof HttpException malformed && malformed.getStatusCode() == 400) {
            Problem.of(ApiCall.bad("the query is malformed")).end(routing.response());
        } else {
            LOG.atError().setCause(cause).log("request failed");
            Problem.internal().end(routing.response());
        }
    }
}
