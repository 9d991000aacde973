package dev.fanfare.testing;

/**
 * Where a balancer finds an instance.
 *
 * @param port of its listener
 * @param metricsPort of its probes
 */
public record Upstream(int port, int metricsPort) {
    public static Upstream of(Instance instance) {
        return new Upstream(instance.port(), instance.metricsPort());
    }

    public static Upstream of(InstanceProcess instance) {
        return new Upstream(instance.port(), instance.metricsPort());
    }
}
