package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an instance in a process of its own, from its configuration to its exit status. */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int STOPPED = 0;
    private static final int FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;
    /** What stopping may take beside its stages, before the process ends all the same. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final InstanceFactory instances;
    private final PrintWriter errors;
    private final CompletableFuture<String> signal = new CompletableFuture<>();

    Server(InstanceFactory instances, PrintWriter errors) {
        this.instances = instances;
        this.errors = errors;
    }

    /** Stays while the instance is to run; returns why it is to stop. */
    @FunctionalInterface
    interface Stay {
        String untilStopped() throws IOException;
    }

    /** Returns the exit status, when a signal has ended the instance or it could not start. */
    int run(@Nullable Path configFile) {
        try {
            return run(Configuration.load(configFile, System.getenv()), null);
        } catch (ConfigurationException e) {
            return fail(WRONG_CONFIGURATION, e.getMessage());
        } catch (UncheckedIOException e) {
            return fail(FAILED, e.getMessage());
        }
    }

    /**
     * Returns the exit status, when what the instance was started for has ended or failed.
     *
     * @param stay null for an instance that stays until a signal comes. No lambda stands for that: one that the training
     *     run does not come by is in no archive, and the first of these takes 60 ms
     */
    int run(Configuration configuration, @Nullable Stay stay) {
        Transport transport = transport(configuration.server().transport());
        Logging.configure(configuration.log());
        listenForSignals();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Vertx vertx = vertx(configuration, transport, registry);
        try {
            String id = await(vertx.deployVerticle(instances.create(configuration, registry)), Duration.ofMinutes(5));
            LOG.atInfo()
                    .addKeyValue("signal", stay == null ? signal.join() : stay.untilStopped())
                    .log("stopping");
            await(vertx.undeploy(id), stopTime(configuration.shutdown()));
            await(vertx.close(), SLACK);
            LOG.info("stopped");
            return STOPPED;
        } catch (ExecutionException e) {
            vertx.close();
            return fail(
                    FAILED,
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (IOException e) {
            vertx.close();
            return fail(FAILED, e.getMessage());
        } catch (TimeoutException e) {
            return fail(FAILED, "not done in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static Duration stopTime(Configuration.Shutdown shutdown) {
        return shutdown.grace().plus(shutdown.drain()).plus(shutdown.timeout()).plus(SLACK);
    }

    private int fail(int status, @Nullable String reason) {
        errors.println("fanfare: " + reason);
        errors.flush();
        return status;
    }

    /** The first signal stops in good order, a second one at once. */
    private void listenForSignals() {
        Signals.handle((name, number) -> {
            if (!signal.complete(name)) {
                Runtime.getRuntime().halt(128 + number);
            }
        });
    }

    private static Transport transport(String wanted) {
        Map<String, Transport> named = new HashMap<>();
        named.put("epoll", Transport.EPOLL);
        named.put("io_uring", Transport.IO_URING);
        named.put("nio", Transport.NIO);
        if (wanted.equals("auto")) {
            return isAvailable(Transport.EPOLL) ? Transport.EPOLL : Transport.NIO;
        }
        Transport transport = named.get(wanted);
        if (!isAvailable(transport)) {
            throw new ConfigurationException("server.transport: '" + wanted + "' is not available on this machine");
        }
        return Objects.requireNonNull(transport);
    }

    private static boolean isAvailable(@Nullable Transport transport) {
        return transport != null && transport.available();
    }

    private static Vertx vertx(Configuration configuration, Transport transport, PrometheusMeterRegistry registry) {
        new FileDescriptorMetrics().bindTo(registry);
        MicrometerMetricsOptions metrics = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                // Vert.x would count sockets as closed that were taken over.
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(configuration.server().eventLoops())
                .setMetricsOptions(metrics);
        return Vertx.builder()
                .with(options)
                .withTransport(transport)
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
    }

    private static <T> T await(Future<T> future, Duration most)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
    }
}
