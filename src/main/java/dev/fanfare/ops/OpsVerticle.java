package dev.fanfare.ops;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.LinkState;
import dev.fanfare.bus.Stage;
import dev.fanfare.config.Configuration;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}, {@code /live} and {@code /ready}. It is there before the listener and until the last session has
 * ended, so that it can tell of starting and of draining.
 */
public final class OpsVerticle extends VerticleBase {
    /** The format of Prometheus, which asks for it by this type. */
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Configuration.Metrics configuration;
    private final Bus bus;
    private final PrometheusMeterRegistry registry;
    private final Promise<Void> drained = Promise.promise();

    private Stage stage = Stage.STARTING;
    private LinkState link = new LinkState(true, "");
    private @Nullable HttpServer server;

    public OpsVerticle(Configuration.Metrics configuration, Bus bus, PrometheusMeterRegistry registry) {
        this.configuration = configuration;
        this.bus = bus;
        this.registry = registry;
    }

    /** The port that is listened on, once started. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    public Future<?> start() {
        bus.consume(Addresses.STAGE, this::enter);
        bus.consume(Addresses.LINK, state -> link = state);
        Router router = Router.router(vertx);
        router.get("/live").handler(routing -> answer(routing, 200, "live"));
        router.get("/ready").handler(this::ready);
        if (configuration.enabled()) {
            router.get("/metrics").handler(this::metrics);
        }
        HttpServerOptions options = new HttpServerOptions()
                .setHost(configuration.host())
                .setPort(configuration.port())
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(60);
        server = vertx.createHttpServer(options).requestHandler(router);
        return server.listen()
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "can't listen on " + configuration.host() + ":" + configuration.port() + " for metrics: "
                                + cause.getMessage(),
                        cause)));
    }

    private void enter(Stage next) {
        stage = next;
        if (next == Stage.DRAINED) {
            drained.tryComplete();
        }
    }

    private void ready(RoutingContext routing) {
        if (stage == Stage.READY && !link.up()) {
            answer(routing, 503, "cut off from the other instances: " + link.reason());
        } else {
            answer(routing, stage == Stage.READY ? 200 : 503, stage.name().toLowerCase(Locale.ROOT));
        }
    }

    private void metrics(RoutingContext routing) {
        vertx.executeBlocking(() -> registry.scrape(METRICS_TYPE))
                .onSuccess(text -> routing.response()
                        .putHeader("Content-Type", METRICS_TYPE)
                        .end(text))
                .onFailure(routing::fail);
    }

    private static void answer(RoutingContext routing, int status, String word) {
        routing.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(word + "\n");
    }

    /** Unready from the first moment of stopping, and there until the end of it. */
    @Override
    public Future<?> stop() {
        if (stage != Stage.DRAINED) {
            stage = Stage.DRAINING;
        }
        return drained.future();
    }
}
