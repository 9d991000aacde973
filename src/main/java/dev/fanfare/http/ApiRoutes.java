package dev.fanfare.http;

import dev.fanfare.auth.Access;
import dev.fanfare.auth.Identity;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Where operations of the HTTP API are mounted: each address has one method, and answers JSON or a {@link Problem}. */
final class ApiRoutes {
    private static final String JSON = "application/json";
    private static final String KEY = "key";

    /** What can be done by a request. */
    interface Operation {
        /** The answer, as JSON; fails with a {@link ProtocolException}. */
        Future<Buffer> carryOut(ApiCall call) throws ProtocolException;
    }

    private final Router router;
    private final Access access;

    ApiRoutes(Router router, Access access) {
        this.router = router;
        this.access = access;
    }

    /** The key that was shown holds for what follows. */
    static void accept(RoutingContext routing, Identity key) {
        routing.put(KEY, key);
    }

    /** An address that tells something. */
    void get(String path, Operation operation) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(routing -> carryOut(operation, routing, Buffer.buffer()));
        router.route(path).handler(routing -> Problem.method("GET, HEAD").end(routing.response()));
    }

    /**
     * An address that does something with a JSON object.
     *
     * @param most how large the body may be, in bytes
     */
    void post(String path, int most, Operation operation) {
        router.post(path).handler(routing -> {
            if (isJson(routing.request())) {
                RequestBody.read(
                        routing.request(),
                        most,
                        error -> Problem.of(error).end(routing.response()),
                        body -> carryOut(operation, routing, body));
            } else {
                Problem.mediaType(JSON).end(routing.response());
            }
        });
        router.route(path).handler(routing -> Problem.method("POST").end(routing.response()));
    }

    private static boolean isJson(HttpServerRequest request) {
        String type = String.valueOf(request.getHeader("Content-Type"));
        return type.split(";", 2)[0].strip().equalsIgnoreCase(JSON);
    }

    private void carryOut(Operation operation, RoutingContext routing, Buffer body) {
        try {
            operation
                    .carryOut(new ApiCall(routing, access, routing.get(KEY), body))
                    .onSuccess(answer -> answer(routing.response(), answer))
                    .onFailure(routing::fail);
        } catch (ProtocolException | RuntimeException e) {
            // Behind a body, the router does not see what is thrown.
            routing.fail(e);
        }
    }

    private static void answer(HttpServerResponse response, Buffer json) {
        response.putHeader("Content-Type", JSON).end(json.appendString("\n"));
    }
}
