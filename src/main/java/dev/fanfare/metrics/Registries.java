package dev.fanfare.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.micrometer.backends.BackendRegistries;

/** Where the meters go, and what {@code /metrics} shows. */
public final class Registries {
    private Registries() {}

    /** A new one. */
    public static PrometheusMeterRegistry create() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    /** That of a Vert.x that others have set up, where it has one for Prometheus, or one that is added to it, or a new one. */
    public static PrometheusMeterRegistry ofVertx() {
        MeterRegistry registry = BackendRegistries.getDefaultNow();
        if (registry instanceof PrometheusMeterRegistry prometheus) {
            return prometheus;
        }
        return registry instanceof CompositeMeterRegistry composite ? in(composite) : create();
    }

    private static PrometheusMeterRegistry in(CompositeMeterRegistry composite) {
        return composite.getRegistries().stream()
                .filter(PrometheusMeterRegistry.class::isInstance)
                .map(PrometheusMeterRegistry.class::cast)
                .findFirst()
                .orElseGet(() -> {
                    PrometheusMeterRegistry added = create();
                    composite.add(added);
                    return added;
                });
    }
}
