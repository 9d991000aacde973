package dev.fanfare.cli;

import dev.fanfare.cli.signal.Signals;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import dev.fanfare.config.ConfigurationFile;
import dev.fanfare.metrics.Registries;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
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
            ConfigurationFile file = configFile == null ? null : new ConfigurationFile(configFile, System.getenv());
            Configuration configuration =
                    file == null ? Configuration.load(null, System.getenv()) : file.configuration();
            PemFiles.check(configuration);
            return run(configuration, file, null);
        } catch (ConfigurationException e) {
            return fail(ExitStatus.WRONG_CONFIGURATION, e.getMessage());
        } catch (UncheckedIOException e) {
            return fail(ExitStatus.FAILED, e.getMessage());
        }
    }

    /**
     * Returns the exit status, when what the instance was started for has ended or failed.
     *
     * @param file where the configuration is read again from when it has changed, or null
     * @param stay null for an instance that stays until a signal comes. No lambda stands for that: one that the training
     *     run does not come by is in no archive, and the first of these takes 60 ms
     */
    int run(Configuration configuration, @Nullable ConfigurationFile file, @Nullable Stay stay) {
        // Takes a while, in which the rest is built. When it says that it listens, it has to stop in good order.
        CompletableFuture<Void> signals = CompletableFuture.runAsync(this::listenForSignals);
        VertxBuilder builder =
                VertxSetup.builder(configuration.server(), new VertxOptions().setMetricsOptions(VertxSetup.metrics()));
        Logging.configure(configuration.log());
        PrometheusMeterRegistry registry = Registries.create();
        Vertx vertx =
                builder.withMetrics(new MicrometerMetricsFactory(registry)).build();
        try {
            signals.join();
            Deployable instance =
                    instances.create(configuration, registry, file, next -> Logging.configure(next.log()));
            String id = await(vertx.deployVerticle(instance), Duration.ofMinutes(5));
            LOG.atInfo()
                    .addKeyValue("signal", stay == null ? signal.join() : stay.untilStopped())
                    .log("stopping");
            await(vertx.undeploy(id), stopTime(configuration.shutdown()));
            await(vertx.close(), SLACK);
            LOG.info("stopped");
            return ExitStatus.STOPPED;
        } catch (ExecutionException e) {
            vertx.close();
            return fail(
                    e.getCause() instanceof ConfigurationException ? ExitStatus.WRONG_CONFIGURATION : ExitStatus.FAILED,
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (IOException e) {
            vertx.close();
            return fail(ExitStatus.FAILED, e.getMessage());
        } catch (TimeoutException e) {
            return fail(ExitStatus.FAILED, "not done in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.FAILED;
        }
    }

    private static Duration stopTime(Configuration.Shutdown shutdown) {
        return shutdown.grace().plus(shutdown.drain()).plus(shutdown.timeout()).plus(SLACK);
    }

    /** Tells why, and returns the status. */
    int fail(int status, @Nullable String reason) {
        errors.println("fanfare: " + reason);
        errors.flush();
        return status;
    }

    /** The first signal stops in good order, a second one at once. */
    private void listenForSignals() {
        Signals.handle(Signals.STOP, (name, number) -> {
            if (!signal.complete(name)) {
                Runtime.getRuntime().halt(128 + number);
            }
        });
    }

    private static <T> T await(Future<T> future, Duration most)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
    }
}
