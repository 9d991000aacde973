package dev.fanfare;

import dev.fanfare.auth.Policy;
import dev.fanfare.config.Configuration;
import dev.fanfare.http.HttpVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The loops of an instance that carry its sessions: on a listener that they share, or behind a mount, which wants one on each event loop. Belongs to the context of the
 * {@link MainVerticle}.
 */
final class HttpLoops {
    private final Vertx vertx;
    private final IntFunction<HttpVerticle> make;
    private final List<HttpVerticle> loops = new ArrayList<>();
    private @Nullable Route route;

    /** @param make gives the loop of this number */
    HttpLoops(Vertx vertx, IntFunction<HttpVerticle> make) {
        this.vertx = vertx;
        this.make = make;
    }

    /** Deploys so many, which listen once it completes; once. */
    Future<Void> listen(int count) {
        IntStream.range(0, count).mapToObj(make).forEach(loops::add);
        AtomicInteger next = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> loops.get(next.getAndIncrement()), new DeploymentOptions().setInstances(count))
                .mapEmpty();
    }

    /** Deploys one on each event loop, which are given requests once it completes; once. */
    Future<Void> open(Mount mount) {
        return deployOnEach(Mount.loops(vertx)).onSuccess(deployed -> route = mount.open(List.copyOf(loops)));
    }

    /** Vert.x deals them out in turn, but others may deploy something meanwhile: what is on a loop that has one goes again. */
    private Future<Void> deployOnEach(int wanted) {
        if (loops.size() == wanted) {
            return Future.succeededFuture();
        }
        HttpVerticle next = make.apply(loops.size());
        return vertx.deployVerticle(next)
                .compose(id -> {
                    if (loops.stream().anyMatch(loop -> loop.eventLoop() == next.eventLoop())) {
                        return vertx.undeploy(id);
                    }
                    loops.add(next);
                    return Future.succeededFuture();
                })
                .compose(dealt -> deployOnEach(wanted));
    }

    /** The port that they listen on, once deployed; 0 behind a mount. */
    int port() {
        return loops.get(0).port();
    }

    /** Another configuration holds from now on. */
    void reconfigure(Configuration configuration, Policy policy) {
        loops.forEach(loop -> loop.reconfigure(configuration, policy));
    }

    /** They are given no requests any more. */
    void close() {
        if (route != null) {
            route.remove();
        }
    }
}
