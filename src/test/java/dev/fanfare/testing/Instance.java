package dev.fanfare.testing;

import dev.fanfare.Fanfare;
import dev.fanfare.auth.Plugins;
import dev.fanfare.config.Configuration;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** A server within this JVM, on 127.0.0.1 and ports that the system chose, with two event loops. */
public final class Instance implements AutoCloseable {
    private final Vertx vertx;
    private final Fanfare fanfare;
    private boolean stopped;

    private Instance(Vertx vertx, Fanfare fanfare) {
        this.vertx = vertx;
        this.fanfare = fanfare;
    }

    /**
     * Starts a server and waits until it takes connections. It sends no pings but where the settings say so, since most
     * peers don't expect any, however long a test takes.
     *
     * @param settings such as {@code server.max-message-size=1KiB}, in place of the defaults; a value in brackets is a list of sections
     */
    public static Instance start(String... settings) {
        return start(Plugins.NONE, settings);
    }

    /** Starts a server with authenticators of a test's own. */
    public static Instance start(Plugins plugins, String... settings) {
        Configuration configuration = configuration(settings);
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(configuration.server().eventLoops()))
                .build();
        Fanfare.Builder builder = Fanfare.builder()
                .vertx(vertx)
                .configuration(configuration)
                .registry(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        if (plugins.authenticator() != null) {
            builder.authenticator(plugins.authenticator());
        }
        if (plugins.authorizer() != null) {
            builder.authorizer(plugins.authorizer());
        }
        try {
            return new Instance(vertx, await(builder.start()));
        } catch (IllegalStateException e) {
            await(vertx.close());
            throw e;
        }
    }

    private static Configuration configuration(String... settings) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "server.host", "127.0.0.1",
                "server.port", "0",
                "server.event-loops", "2",
                "metrics.host", "127.0.0.1",
                "metrics.port", "0",
                "session.ping-interval", "1h",
                "session.pong-timeout", "2h"));
        for (String setting : settings) {
            String[] keyAndValue = setting.split("=", 2);
            values.put(keyAndValue[0], keyAndValue[1]);
        }
        String json = values.entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\":" + value(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        return Configuration.parse(json, "test", Map.of());
    }

    private static String value(String value) {
        return value.startsWith("[") ? value : '"' + value + '"';
    }

    /** Has other settings hold from now on, all of them, and the defaults for the others. */
    public void reconfigure(String... settings) {
        await(fanfare.reconfigure(configuration(settings)));
    }

    public int port() {
        return fanfare.port();
    }

    public int metricsPort() {
        return fanfare.metricsPort();
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The sum of all samples of {@code /metrics} that have this name and at least these labels. */
    public double metric(String nameWithLabels) {
        return Exposition.scrape(metricsPort()).sum(nameWithLabels);
    }

    public WebSocketPeer connect(String path) {
        return WebSocketPeer.connect(port(), path);
    }

    /** Begins to stop, in the stages of {@code shutdown}. */
    public Future<Void> stop() {
        stopped = true;
        return fanfare.close();
    }

    @Override
    public void close() {
        if (!stopped) {
            await(stop());
        }
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
