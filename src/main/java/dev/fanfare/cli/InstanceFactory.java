package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;

/** Makes the verticle that is an instance; the composition root gives it to the commands, which know no verticle. */
@FunctionalInterface
public interface InstanceFactory {
    Deployable create(Configuration configuration, PrometheusMeterRegistry registry);
}
