package dev.fanfare;

import dev.fanfare.auth.Access;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Stage;
import dev.fanfare.config.Configuration;
import dev.fanfare.http.Admission;
import dev.fanfare.http.HttpVerticle;
import dev.fanfare.hub.HubVerticle;
import dev.fanfare.metrics.Meters;
import dev.fanfare.ops.OpsVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of Fanfare: builds every part and deploys it. Undeploying it stops the instance in the stages of
 * {@code shutdown}; its future completes when every client has gone.
 */
public final class MainVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MainVerticle.class);

    private final Configuration configuration;
    private final PrometheusMeterRegistry registry;

    private @Nullable Bus bus;
    private int port;
    private int metricsPort;

    /** @param registry where the meters of the instance go, and what {@code /metrics} shows */
    public MainVerticle(Configuration configuration, PrometheusMeterRegistry registry) {
        this.configuration = configuration;
        this.registry = registry;
    }

    /** The port that clients connect to, once deployed: the configured one, or for 0 the one that was free. */
    public int port() {
        return port;
    }

    /** The port of {@code /metrics}, {@code /live} and {@code /ready}, once deployed. */
    public int metricsPort() {
        return metricsPort;
    }

    @Override
    public Future<?> start() {
        LOG.atInfo().addKeyValue("values", configuration.effective()).log("configuration");
        configuration
                .unknownVariables()
                .forEach(name -> LOG.atWarn().addKeyValue("variable", name).log("unknown variable in the environment"));
        Bus shared = Bus.of(vertx);
        bus = shared;
        Meters meters = new Meters(registry);
        OpsVerticle ops = new OpsVerticle(configuration.metrics(), shared, registry);
        return vertx.deployVerticle(new HubVerticle(shared, meters))
                .compose(hub -> vertx.deployVerticle(ops))
                .compose(deployed -> deployLoops(shared, meters))
                .onSuccess(loops -> started(shared, loops, ops))
                .onFailure(cause -> shared.close());
    }

    private Future<List<HttpVerticle>> deployLoops(Bus shared, Meters meters) {
        Access access = new Access(configuration.broadcast().publish());
        Admission admission = new Admission(configuration.server());
        List<HttpVerticle> loops = IntStream.range(0, configuration.server().eventLoops())
                .mapToObj(id -> new HttpVerticle(id, configuration, shared, access, meters, admission))
                .toList();
        AtomicInteger next = new AtomicInteger();
        DeploymentOptions options = new DeploymentOptions().setInstances(loops.size());
        return vertx.deployVerticle(() -> loops.get(next.getAndIncrement()), options)
                .map(loops);
    }

    private void started(Bus shared, List<HttpVerticle> loops, OpsVerticle ops) {
        port = loops.get(0).port();
        metricsPort = ops.port();
        shared.publish(Addresses.STAGE, Stage.READY);
        LOG.atInfo()
                .addKeyValue(
                        "url",
                        url(
                                configuration.server().tls().isPresent() ? "wss" : "ws",
                                configuration.server().host(),
                                port))
                .addKeyValue("metrics", url("http", configuration.metrics().host(), metricsPort))
                .log("listening");
    }

    private static String url(String scheme, String host, int port) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Called when the other verticles have stopped. */
    @Override
    public Future<?> stop() {
        if (bus != null) {
            bus.close();
        }
        return Future.succeededFuture();
    }
}
