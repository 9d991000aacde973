package dev.fanfare.testing;

import io.vertx.core.Vertx;

/** A server within this JVM, on 127.0.0.1 and ports that the system chose. */
public final class Instance implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final int metricsPort;

    private Instance(int port, int metricsPort) {
        this.port = port;
        this.metricsPort = metricsPort;
    }

    /**
     * Starts a server and waits until it takes connections.
     *
     * @param settings such as {@code server.max-message-size=1KiB}, in place of the defaults
     */
    public static Instance start(String... settings) {
        Integer reference = Integer.getInteger("fanfare.reference");
        if (reference == null) {
            throw new UnsupportedOperationException("The server is being written: " + String.join(", ", settings));
        }
        return new Instance(reference, reference);
    }

    public int port() {
        return port;
    }

    public int metricsPort() {
        return metricsPort;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The sum of all samples of {@code /metrics} that have this name and at least these labels. */
    public double metric(String nameWithLabels) {
        return Exposition.scrape(metricsPort).sum(nameWithLabels);
    }

    public WebSocketPeer connect(String path) {
        return WebSocketPeer.connect(port(), path);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
