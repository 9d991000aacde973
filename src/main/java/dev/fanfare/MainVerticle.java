package dev.fanfare;

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
import dev.fanfare.http.Admission;
import dev.fanfare.http.HttpVerticle;
import dev.fanfare.hub.HubVerticle;
import dev.fanfare.metrics.JvmMeters;
import dev.fanfare.metrics.Meters;
import dev.fanfare.ops.OpsVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of Fanfare: builds every part and deploys it. Undeploying it stops the instance in the stages of
 * {@code shutdown}; its future completes when every client has gone.
 */
public final class MainVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MainVerticle.class);

    private final @Nullable Setup given;

    private final List<String> deployed = new ArrayList<>();
    /** What is to be undone when the last part has stopped, the latest first. */
    private final Deque<Runnable> releases = new ArrayDeque<>();

    private Consumer<Configuration> apply = configuration -> {};
    private @Nullable Operator operator;
    private int port;
    private int metricsPort;

    /**
     * An instance whose configuration is that of its deployment, with the sections and keys of {@code fanfare.yaml}, under
     * the environment. Its meters go to Vert.x's registry for Prometheus, where it has one.
     */
    public MainVerticle() {
        this.given = null;
    }

    /** An instance of this. */
    MainVerticle(Setup setup) {
        this.given = setup;
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
        Setup setup = given != null ? given : Setup.of(config());
        Configuration configuration = setup.configuration();
        LOG.atInfo().addKeyValue("values", configuration.effective()).log("configuration");
        configuration
                .unknownVariables()
                .forEach(name -> LOG.atWarn().addKeyValue("variable", name).log("unknown variable in the environment"));
        return Future.succeededFuture()
                .compose(read -> deploy(setup, configuration))
                .recover(this::giveUp);
    }

    private Future<?> deploy(Setup setup, Configuration configuration) {
        Meters meters = new Meters(setup.registry());
        Optional<ConfigurationWatch> watch = Optional.ofNullable(setup.file())
                .map(file -> new ConfigurationWatch(vertx, file, this::reconfigure, meters));
        Policies policies = new Policies(vertx, setup.plugins());
        releases.push(policies::close);
        Policy policy = policies.of(configuration);
        Bus bus = Bus.of(vertx);
        releases.push(bus::close);
        Optional<Cluster> cluster = configuration.cluster();
        Mount mount = setup.mount();
        Loops shares = new Loops(bus, mount == null ? configuration.server().eventLoops() : Mount.loops(vertx));
        int maxMessageSize = configuration.server().maxMessageSize();
        // Of its own, so that clients can't fill what the application needs.
        Operator asked =
                new Operator(bus, shares, configuration.channels(), new Intake(maxMessageSize), cluster.isPresent());
        Intake intake = new Intake(maxMessageSize);
        operator = asked;
        OpsVerticle ops = new OpsVerticle(
                configuration.metrics(), bus, setup.registry(), question -> bus.ask(Addresses.FIGURES, question));
        HubVerticle hub = new HubVerticle(configuration, bus, shares, meters);
        Admission admission = new Admission(configuration.server());
        String path = mount == null ? null : mount.path();
        HttpLoops loops = new HttpLoops(
                vertx, id -> new HttpVerticle(id, configuration, bus, policy, meters, admission, shares, intake, path));
        apply = next -> {
            Policy changed = policies.of(next);
            admission.reconfigure(next.server());
            hub.reconfigure(next);
            asked.reconfigure(next.channels());
            loops.reconfigure(next, changed);
            setup.reloaded().accept(next);
            warnIfOpen(next);
        };
        SessionListener listener = setup.listener();
        return deploy(hub)
                .compose(done -> listener == null
                        ? Future.succeededFuture()
                        : deploy(new SessionHooks(
                                bus, listener, configuration.shutdown().timeout(), meters)))
                .compose(done -> deploy(ops))
                .compose(done -> cluster.isPresent()
                        ? deploy(new BridgeVerticle(cluster.get(), bus, shares, meters.bridge()))
                        : Future.succeededFuture())
                .compose(done -> mount == null ? loops.listen(shares.count()) : loops.open(mount))
                .onSuccess(listening -> {
                    releases.push(loops::close);
                    port = loops.port();
                    metricsPort = ops.port();
                    bus.publish(Addresses.STAGE, Stage.READY);
                    tell(configuration, path);
                    watch.ifPresent(ConfigurationWatch::start);
                    bindJvmMeters(setup.registry());
                });
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

    /**
     * Has another configuration hold, but for what takes a restart. Called by any thread, once deployed. Fails with a
     * {@link ConfigurationException} where it can't be, and then nothing has changed.
     */
    Future<Void> reconfigure(Configuration configuration) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(onContext -> {
            try {
                apply.accept(configuration);
                done.complete();
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    private void tell(Configuration configuration, @Nullable String path) {
        String scheme = configuration.server().tls().isPresent() ? "wss" : "ws";
        LOG.atInfo()
                .addKeyValue(
                        "url",
                        path != null
                                ? "mounted at " + path + "/"
                                : url(scheme, configuration.server().host(), port))
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
        Future<JvmMeters> bound = vertx.executeBlocking(() -> new JvmMeters(registry))
                .onFailure(cause -> LOG.atError().setCause(cause).log("no meters of the JVM"));
        releases.push(() -> bound.onSuccess(JvmMeters::close));
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
        releases.forEach(Runnable::run);
    }
}
