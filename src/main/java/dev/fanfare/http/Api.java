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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API, for who has an API key. Nothing is read of a request before that is shown; and pages of browsers get nothing, since they
 * would need the permission of CORS, which nobody gives. What it takes and answers is described by the OpenAPI
 * document that it serves.
 */
final class Api {
    /** The largest body beside that of a message, in bytes. */
    static final int MOST_BYTES = 64 << 10;

    /** The largest body of several messages, in bytes; where one message may be larger, it may be as large as that. */
    private static final int MOST_BYTES_OF_MANY = 1 << 20;

    private static final String PATH = "/api/v1";
    private static final String DOCUMENT = "/openapi.json";

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
        router.route(PATH + "/*").subRouter(routes(vertx));
    }

    /** Its addresses, as they stand behind {@code /api/v1}. */
    Router routes(Vertx vertx) {
        Router api = Router.router(vertx);
        api.route().handler(this::count);
        document(api);
        api.route().handler(this::authenticate);
        mount(new ApiRoutes(api, loop.access()));
        api.route().handler(routing -> Problem.notFound().end(routing.response()));
        api.route().failureHandler(this::fail);
        return api;
    }

    /** It describes what there is, for everybody. */
    private static void document(Router api) {
        Asset text = new Asset("openapi.json", Map.of());
        api.route(DOCUMENT).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(text::answer);
        api.route(DOCUMENT).handler(routing -> Problem.method("GET, HEAD").end(routing.response()));
    }

    private void mount(ApiRoutes routes) {
        int one = MOST_BYTES + settings.maxMessageSize();
        int many = Math.max(MOST_BYTES_OF_MANY, one);
        KeyPublisher publisher = new KeyPublisher(loop);
        new PublishingApi(publisher, one, many).mount(routes);
        new ProcessApi(publisher, many).mount(routes);
        new ChannelApi(loop).mount(routes);
        new DirectoryApi(directory, loop.meters()).mount(routes);
        new OperatorApi(disconnector).mount(routes);
    }

    private void count(RoutingContext routing) {
        count(routing.response());
        routing.next();
    }

    private void count(HttpServerResponse response) {
        response.headersEndHandler(head -> loop.meters().apiRequest(response.getStatusCode()));
    }

    /** Whether a path is one of its own, readable or not. */
    static boolean has(String path) {
        return path.startsWith(PATH + "/");
    }

    /** Answers a request whose path can't be read, so that it has no route. */
    void refuseUnreadable(RoutingContext routing) {
        count(routing.response());
        Problem.of(ApiCall.bad("the path is malformed")).end(routing.response());
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
            Problem.unauthorised(denied.reason() != Reason.CREDENTIAL_MISSING).end(routing.response());
        } else if (cause instanceof HttpException malformed && malformed.getStatusCode() == 400) {
            Problem.of(ApiCall.bad("the query is malformed")).end(routing.response());
        } else {
            LOG.atError().setCause(cause).log("request failed");
            Problem.internal().end(routing.response());
        }
    }
}
