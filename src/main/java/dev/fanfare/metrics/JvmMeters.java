package dev.fanfare.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.List;

/** The meters of the JVM and its process: Micrometer's own, under the names that it gives them. */
public final class JvmMeters implements AutoCloseable {
    private static final String COLLECTIONS = "jvm.gc.";

    private final MeterRegistry registry;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final boolean timesCollections;

    /** Binds them, but for those that somebody else has bound already. */
    public JvmMeters(MeterRegistry registry) {
        this.registry = registry;
        // Micrometer passes over a gauge that is there, but would time each collection twice.
        this.timesCollections = registry.find("jvm.gc.max.data.size").meter() == null;
        if (timesCollections) {
            collections.bindTo(registry);
        }
        List<MeterBinder> gauges = List.of(
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ClassLoaderMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics());
        gauges.forEach(binder -> binder.bindTo(registry));
    }

    private static boolean isOfCollections(Meter meter) {
        return meter.getId().getName().startsWith(COLLECTIONS);
    }

    /** Listens to no more collections, and takes their meters away: they would stand still. */
    @Override
    public void close() {
        collections.close();
        if (timesCollections) {
            registry.getMeters().stream().filter(JvmMeters::isOfCollections).forEach(registry::remove);
        }
    }
}
