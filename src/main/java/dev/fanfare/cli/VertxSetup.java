package dev.fanfare.cli;

import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Vert.x that an instance in a process of its own runs on. */
public final class VertxSetup {
    private VertxSetup() {}

    /** Vert.x's own meters, but for those of HTTP servers: they count sockets as closed that were taken over. */
    public static MicrometerMetricsOptions metrics() {
        return new MicrometerMetricsOptions().setEnabled(true).addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER);
    }

    /**
     * A builder with the configured event loops and transport.
     *
     * @throws ConfigurationException where the transport is not to be had on this machine
     */
    public static VertxBuilder builder(Configuration.Server configuration, VertxOptions options) {
        options.setEventLoopPoolSize(configuration.eventLoops());
        return Vertx.builder().with(options).withTransport(transport(configuration.transport()));
    }

    private static Transport transport(String wanted) {
        Map<String, Transport> named = new HashMap<>();
        named.put("epoll", Transport.EPOLL);
        named.put("io_uring", Transport.IO_URING);
        named.put("nio", Transport.NIO);
        if (wanted.equals("auto")) {
            return isAvailable(Transport.EPOLL) ? Transport.EPOLL : Transport.NIO;
        }
        Transport transport = named.get(wanted);
        if (!isAvailable(transport)) {
            throw new ConfigurationException("server.transport: '" + wanted + "' is not available on this machine");
        }
        return Objects.requireNonNull(transport);
    }

    private static boolean isAvailable(@Nullable Transport transport) {
        return transport != null && transport.available();
    }
}
