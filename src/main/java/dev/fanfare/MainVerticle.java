package dev.fanfare;

import dev.fanfare.auth.Plugins;
import dev.fanfare.auth.Policies;
import dev.fanfare.auth.Policy;
import dev.fanfare.bus.Addresses;
import dev.fanfare.bus.Bus;
import dev.fanfare.bus.Intake;
import dev.fanfare.bus.Loops;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.bus.Stage;
import dev.fanfare.cluster.BridgeVerticle;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import dev.fanfare.config.ConfigurationFile;
import dev.fanfare.http.Admission;
import dev.fanfare.http.HttpVerticle;
import dev.fanfare.hub.HubVerticle;
import dev.fanfare.metrics.JvmMeters;
import dev.fanfare.metrics.Meters;
import dev.fanfare.metrics.Registries;
import dev.fanfare.ops.OpsVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of Fanfare: builds every part and deploys it. Undeploying it stops the instance in the stages of
 * {@code shutdown}; its future completes when every client has gone.
 */
public final class MainVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MainVerticle.class);

    /**
     * What an instance is made of.
     *
     * @param registry where the meters of the instance go, and what {@code /metrics} shows
     * @param file where the configuration is read again from when it has changed, or null
     * @param plugins what takes the place of configured parts
     * @param listener is told who comes and goes, or null
     * @param mount where an application's server gives it requests, or null where it has a listener of its own
     * @param reloaded is told when another configuration holds
     */
    private record Setup(
            Configuration configuration,
            PrometheusMeterRegistry registry,
            @Nullable ConfigurationFile file,
            Plugins plugins,
            @Nullable SessionListener listener,
            @Nullable Mount mount,
            Consumer<Configuration> reloaded) {}

    private final @Nullable Setup given;

    private final List<String> deployed = new ArrayList<>();
    private List<HttpVerticle> loops = List.of();
    private @Nullable HubVerticle hub;
    private @Nullable Admission admission;
    private @Nullable Operator operator;
    private @Nullable Route mounted;
    private @Nullable Policies policies;
    private Consumer<Configuration> reloaded = configuration -> {};
    private @Nullable Bus bus;
    private @Nullable Future<JvmMeters> jvmMeters;
    private int port;
    private int metricsPort;

    /**
     * An instance whose configuration is that of its deployment, with the sections and keys of {@code fanfare.yaml}, under
     * the environment. Its meters go to Vert.x's registry for Prometheus, where it has one.
     */
    public MainVerticle() {
        this.given = null;
    }

    /**
     * An instance within an application.
     *
     * @param registry where the meters of the instance go, and what {@code /metrics} shows
     * @param plugins what takes the place of configured parts
     * @param listener is told who comes and goes, or null
     * @param mount where the application's server gives it requests, or null where it has a listener of its own
     */
    MainVerticle(
            Configuration configuration,
            PrometheusMeterRegistry registry,
            Plugins plugins,
            @Nullable SessionListener listener,
            @Nullable Mount mount) {
        this.given = new Setup(configuration, registry, null, plugins, listener, mount, configured -> {});
    }

    /**
     * An instance in a process of its own.
     *
     * @param file where the configuration is read again from when it has changed, or null
     * @param reloaded is told when another configuration holds; on the context of this verticle
     */
    MainVerticle(
            Configuration configuration,
            PrometheusMeterRegistry registry,
            @Nullable ConfigurationFile file,
            Consumer<Configuration> reloaded) {
        this.given = new Setup(configuration, registry, file, Plugins.NONE, null, null, reloaded);
    }

    private Setup setup() {
        if (given != null) {
            return given;
        }
        JsonObject config = Objects.requireNonNullElseGet(config(), JsonObject::new);
        return new Setup(
                Configuration.parse(config.encodePrettily(), "the configuration of the verticle", System.getenv()),
                Registries.ofVertx(),
                null,
                Plugins.NONE,
                null,
                null,
                configured -> {});
    }

    /** The port that clients connect to, once deployed: the configured one, or for 0 the one that was free. */
    public int port() {
        return port;
    }

    /** What an application asks of it, once deployed. */
    Operator operator() {
        return Objects.requireNonNull(operator);
    }

    /** The port of {@code /metrics}, {@code /live} and {@code /ready}, once deployed. */
    public int metricsPort() {
        return metricsPort;
    }

    /**
     * Fails with a {@link ConfigurationException} where it is deployed more than once, or its configuration can't be
     * used.
     */
    @Override
    public Future<?> start() {
        if (context.getInstanceCount() != 1) {
            throw new ConfigurationException("MainVerticle is deployed as " + context.getInstanceCount()
                    + " instances: it is one, and server.event-loops says how many loops carry it");
        }
        Setup setup = setup();
        Configuration configuration = setup.configuration();
        LOG.atInfo().addKeyValue("values", configuration.effective()).log("configuration");
        configuration
                .unknownVariables()
                .forEach(name -> LOG.atWarn().addKeyValue("variable", name).log("unknown variable in the environment"));
        Meters meters = new Meters(setup.registry());
        Optional<ConfigurationWatch> watch = Optional.ofNullable(setup.file())
                .map(file -> new ConfigurationWatch(vertx, file, this::reconfigure, meters));
        Policies made = new Policies(vertx, setup.plugins());
        Policy policy = made.of(configuration);
        policies = made;
        reloaded = setup.reloaded();
        Bus shared = Bus.of(vertx);
        bus = shared;
        Optional<Cluster> cluster = configuration.cluster();
        Mount mount = setup.mount();
        Loops shares = new Loops(shared, mount == null ? configuration.server().eventLoops() : Mount.loops(vertx));
        Intake intake = new Intake(configuration.server().maxMessageSize());
        operator = new Operator(shared, shares, configuration.channels(), intake, cluster.isPresent());
        OpsVerticle ops = new OpsVerticle(
                configuration.metrics(), shared, setup.registry(), question -> shared.ask(Addresses.FIGURES, question));
        HubVerticle madeHub = new HubVerticle(configuration, shared, shares, meters);
        hub = madeHub;
        SessionListener listener = setup.listener();
        return deploy(madeHub)
                .compose(deployed -> listener == null
                        ? Future.succeededFuture(deployed)
                        : deploy(new SessionHooks(
                                shared, listener, configuration.shutdown().timeout(), meters)))
                .compose(deployed -> deploy(ops))
                .compose(deployed -> cluster.isPresent()
                        ? deploy(new BridgeVerticle(cluster.get(), shared, shares, meters.bridge()))
                        : Future.succeededFuture(deployed))
                .compose(deployed -> deployLoops(configuration, shared, policy, meters, shares, intake, mount))
                .onSuccess(listening -> started(configuration, shared, ops, mount))
                .onSuccess(listening -> watch.ifPresent(ConfigurationWatch::start))
                .onSuccess(listening -> bindJvmMeters(setup.registry()))
                .recover(this::giveUp);
    }

    private Future<String> deploy(Deployable part) {
        return vertx.deployVerticle(part).onSuccess(deployed::add);
    }

    /** The bus is needed until the last part has stopped. */
    private <T> Future<T> giveUp(Throwable cause) {
        return Future.join(deployed.stream().map(vertx::undeploy).toList()).transform(stopped -> {
            release();
            return Future.failedFuture(cause);
        });
    }

    private Future<?> deployLoops(
            Configuration configuration,
            Bus shared,
            Policy policy,
            Meters meters,
            Loops shares,
            Intake intake,
            @Nullable Mount mount) {
        Admission bounds = new Admission(configuration.server());
        admission = bounds;
        IntFunction<HttpVerticle> made = id -> new HttpVerticle(
                id, configuration, shared, policy, meters, bounds, shares, intake, mount == null ? null : mount.path());
        if (mount != null) {
            return deployOnEach(shares.count(), made).onSuccess(deployed -> mounted = mount.open(loops));
        }
        loops = IntStream.range(0, shares.count()).mapToObj(made).toList();
        AtomicInteger next = new AtomicInteger();
        DeploymentOptions options = new DeploymentOptions().setInstances(loops.size());
        return vertx.deployVerticle(() -> loops.get(next.getAndIncrement()), options);
    }

    /** Deploys one on each event loop. Vert.x deals them out in turn, but others may deploy something meanwhile: what is on a loop that has one goes again. */
    private Future<Void> deployOnEach(int wanted, IntFunction<HttpVerticle> made) {
        if (loops.size() == wanted) {
            return Future.succeededFuture();
        }
        HttpVerticle next = made.apply(loops.size());
        return vertx.deployVerticle(next)
                .compose(id -> {
                    if (loops.stream().anyMatch(loop -> loop.eventLoop() == next.eventLoop())) {
                        return vertx.undeploy(id);
                    }
                    loops = Stream.concat(loops.stream(), Stream.of(next)).toList();
                    return Future.succeededFuture();
                })
                .compose(dealt -> deployOnEach(wanted, made));
    }

    /**
     * Has another configuration hold, but for what takes a restart. Called by any thread, once deployed. Fails with a
     * {@link ConfigurationException} where it can't be, and then nothing has changed.
     */
    Future<Void> reconfigure(Configuration configuration) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(onContext -> {
            try {
                Policy policy = Objects.requireNonNull(policies).of(configuration);
                Objects.requireNonNull(admission).reconfigure(configuration.server());
                Objects.requireNonNull(hub).reconfigure(configuration);
                operator().reconfigure(configuration.channels());
                loops.forEach(loop -> loop.reconfigure(configuration, policy));
                reloaded.accept(configuration);
                warnIfOpen(configuration);
                done.complete();
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    private void started(Configuration configuration, Bus shared, OpsVerticle ops, @Nullable Mount mount) {
        port = loops.get(0).port();
        metricsPort = ops.port();
        shared.publish(Addresses.STAGE, Stage.READY);
        LOG.atInfo()
                .addKeyValue(
                        "url",
                        mount != null
                                ? "mounted at " + mount.path() + "/"
                                : url(
                                        configuration.server().tls().isPresent() ? "wss" : "ws",
                                        configuration.server().host(),
                                        port))
                .addKeyValue("metrics", url("http", configuration.metrics().host(), metricsPort))
                .log("listening");
        warnIfOpen(configuration);
    }

    private static void warnIfOpen(Configuration configuration) {
        String host = configuration.server().host();
        boolean local = host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
        if (!configuration.auth().required() && !local) {
            LOG.warn(
                    "auth.required is false: whoever reaches the port may connect, and do what the rules let anyone do");
        }
    }

    /** Not before the first client can connect: they take a while. */
    private void bindJvmMeters(PrometheusMeterRegistry registry) {
        jvmMeters = vertx.executeBlocking(() -> new JvmMeters(registry))
                .onFailure(cause -> LOG.atError().setCause(cause).log("no meters of the JVM"));
    }

    private static String url(String scheme, String host, int port) {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Called when the other verticles have stopped. */
    @Override
    public Future<?> stop() {
        release();
        return Future.succeededFuture();
    }

    private void release() {
        if (mounted != null) {
            mounted.remove();
        }
        if (jvmMeters != null) {
            jvmMeters.onSuccess(JvmMeters::close);
        }
        if (policies != null) {
            policies.close();
        }
        if (bus != null) {
            bus.close();
        }
    }
}
