package dev.fanfare.metrics;

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
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Binds them, but for those that somebody else has bound already. */
    public JvmMeters(MeterRegistry registry) {
        // Micrometer passes over a gauge that is there, but would time each collection twice.
        if (registry.find("jvm.gc.memory.allocated").meter() == null) {
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

    /** Listens to no more collections. */
    @Override
    public void close() {
        collections.close();
    }
}
