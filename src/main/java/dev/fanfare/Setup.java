package dev.fanfare;

import dev.fanfare.auth.Plugins;
import dev.fanfare.bus.SessionListener;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationFile;
import dev.fanfare.metrics.Registries;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an instance is made of.
 *
 * @param registry where the meters of the instance go, and what {@code /metrics} shows
 * @param file where the configuration is read again from when it has changed, or null
 * @param plugins what takes the place of configured parts
 * @param listener is told who comes and goes, or null
 * @param mount where an application's server gives it requests, or null where it has a listener of its own
 * @param reloaded is told when another configuration holds; on the context of the {@link MainVerticle}
 */
record Setup(
        Configuration configuration,
        PrometheusMeterRegistry registry,
        @Nullable ConfigurationFile file,
        Plugins plugins,
        @Nullable SessionListener listener,
        @Nullable Mount mount,
        Consumer<Configuration> reloaded) {

    /** What a deployment tells, with the sections and keys of {@code fanfare.yaml}, under the environment. */
    static Setup of(@Nullable JsonObject deployment) {
        String text = Objects.requireNonNullElseGet(deployment, JsonObject::new).encodePrettily();
        return new Setup(
                Configuration.parse(text, "the configuration of the verticle", System.getenv()),
                Registries.ofVertx(),
                null,
                Plugins.NONE,
                null,
                null,
                configuration -> {});
    }
}
