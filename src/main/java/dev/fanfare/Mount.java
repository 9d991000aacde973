package dev.fanfare;

import dev.fanfare.http.HttpVerticle;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A place on the router of an application, whose server has the listener. Its connections belong to any event loops of Vert.x, so each of these carries sessions.
 *
 * @param path below which everything is for the instance, such as {@code /live}; empty for all of the server
 */
record Mount(Router router, String path) {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

    Mount {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("the path '" + path + "' to mount at is empty, or /a or /a/b");
        }
    }

    /** How many loops there have to be. */
    static int loops(Vertx vertx) {
        int count = 0;
        for (EventExecutor ignored : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            count++;
        }
        return count;
    }

    /** From now on requests go to these loops, until the route is removed. */
    Route open(List<HttpVerticle> loops) {
        return router.route(path + "/*").handler(routing -> serve(routing, loops));
    }

    private void serve(RoutingContext routing, List<HttpVerticle> loops) {
        HttpServerRequest request = routing.request();
        if (path.equals(request.path()) && !request.headers().contains("Upgrade")) {
            // What the page loads is named from there.
            String query = request.query() == null ? "" : "?" + request.query();
            String last = path.substring(path.lastIndexOf('/') + 1);
            routing.response()
                    .setStatusCode(308)
                    .putHeader("Location", last + "/" + query)
                    .end();
            return;
        }
        loops.stream()
                .filter(loop -> loop.owns(request))
                .findFirst()
                .ifPresentOrElse(
                        loop -> loop.serve(request),
                        () -> routing.fail(new IllegalStateException("the server runs on another Vert.x")));
    }
}
