package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationFile;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the verticle that is an instance; the composition root gives it to the commands, which know no verticle. */
@FunctionalInterface
public interface InstanceFactory {
    /**
     * An instance of this configuration.
     *
     * @param file where it is read again from when it has changed, or null
     * @param reloaded is told when another one holds
     */
    Deployable create(
            Configuration configuration,
            PrometheusMeterRegistry registry,
            @Nullable ConfigurationFile file,
            Consumer<Configuration> reloaded);
}
