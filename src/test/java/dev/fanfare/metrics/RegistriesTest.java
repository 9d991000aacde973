package dev.fanfare.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the meters go in a Vert.x that others have set up. */
class RegistriesTest {
    private static void vertxHas(MeterRegistry registry) {
        BackendRegistries.setupBackend(new MicrometerMetricsOptions(), registry);
    }

    @AfterEach
    void forget() {
        BackendRegistries.stop(MicrometerMetricsOptions.DEFAULT_REGISTRY_NAME);
    }

    @Test
    void itsRegistryForPrometheusIsTaken() {
        PrometheusMeterRegistry its = Registries.create();
        vertxHas(its);
        assertThat(Registries.ofVertx()).isSameAs(its);
    }

    @Test
    void theOneForPrometheusAmongSeveralIsTaken() {
        PrometheusMeterRegistry its = Registries.create();
        CompositeMeterRegistry several = new CompositeMeterRegistry();
        several.add(new SimpleMeterRegistry());
        several.add(its);
        vertxHas(several);
        assertThat(Registries.ofVertx()).isSameAs(its);
    }

    @Test
    void oneIsAddedToSeveralWithoutIt() {
        CompositeMeterRegistry several = new CompositeMeterRegistry();
        several.add(new SimpleMeterRegistry());
        vertxHas(several);
        PrometheusMeterRegistry added = Registries.ofVertx();
        several.counter("theirs").increment();
        assertThat(added.scrape()).contains("theirs_total 1.0");
        assertThat(Registries.ofVertx()).isSameAs(added);
    }

    @Test
    void theMetersOfTheJvmAreBoundOnceAndAnewAfterTheyWereClosed() {
        PrometheusMeterRegistry registry = Registries.create();
        JvmMeters first = new JvmMeters(registry);
        JvmMeters second = new JvmMeters(registry);
        second.close();
        assertThat(registry.scrape()).contains("jvm_gc_memory_allocated_bytes_total");
        first.close();
        assertThat(registry.scrape()).doesNotContain("jvm_gc_memory");
        JvmMeters third = new JvmMeters(registry);
        assertThat(registry.scrape()).contains("jvm_gc_memory_allocated_bytes_total");
        third.close();
    }

    @Test
    void withoutOneThereIsANewOne() {
        assertThat(Registries.ofVertx()).isNotSameAs(Registries.ofVertx());
        vertxHas(new SimpleMeterRegistry());
        assertThat(Registries.ofVertx()).isNotNull();
    }
}
