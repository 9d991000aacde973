package dev.fanfare.ops;

import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.LinkState;
import dev.fanfare.bus.Stage;
import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.ChannelName;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
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
    private final Function<ClusterFigures.Question, Future<ClusterFigures>> figures;
    private final Promise<Void> drained = Promise.promise();

    private Stage stage = Stage.STARTING;
    private LinkState link = new LinkState(true, "");
    private @Nullable HttpServer server;

    /**
     * @param registry what {@code /metrics} shows
     * @param figures how large the cluster is, for {@code /ready?verbose}
     */
    public OpsVerticle(
            Configuration.Metrics configuration,
            Bus bus,
            PrometheusMeterRegistry registry,
            Function<ClusterFigures.Question, Future<ClusterFigures>> figures) {
        this.configuration = configuration;
        this.bus = bus;
        this.figures = figures;
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
        boolean ready = stage == Stage.READY && link.up();
        String word = stage == Stage.READY && !link.up()
                ? "cut off from the other instances: " + link.reason()
                : stage.name().toLowerCase(Locale.ROOT);
        if (routing.queryParams().contains("verbose")) {
            String channel = routing.queryParams().get("channel");
            if (channel != null && !ChannelName.isValid(channel)) {
                answer(routing, 400, ChannelName.RULE);
                return;
            }
            Optional<ChannelName> asked = Optional.ofNullable(channel).map(ChannelName::new);
            figures.apply(new ClusterFigures.Question(asked))
                    .map(OpsVerticle::json)
                    .otherwise(cause -> new JsonObject().put("error", cause.getMessage()))
                    .onSuccess(cluster -> routing.response()
                            .setStatusCode(ready ? 200 : 503)
                            .putHeader("Content-Type", "application/json")
                            .end(new JsonObject()
                                            .put("status", word)
                                            .put("cluster", cluster)
                                            .encode() + "\n"));
        } else {
            answer(routing, ready ? 200 : 503, word);
        }
    }

    private static JsonObject json(ClusterFigures figures) {
        JsonObject json = new JsonObject()
                .put("instances", figures.instances())
                .put("sessions", figures.sessions())
                .put("channels", figures.channels());
        figures.subscribers().ifPresent(count -> json.put("subscribers", count));
        return json;
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
