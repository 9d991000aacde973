package dev.fanfare.testing;

import io.vertx.core.Vertx;

/** A server within this JVM, on 127.0.0.1 and ports that the system chose. */
public final class Instance implements AutoCloseable {
    private Instance() {}

    /**
     * Starts a server and waits until it takes connections.
     *
     * @param settings such as {@code server.max-message-size=1KiB}, in place of the defaults
     */
    public static Instance start(String... settings) {
        throw new UnsupportedOperationException("The server is being written: " + String.join(", ", settings));
    }

    public int port() {
        throw new UnsupportedOperationException();
    }

    public int metricsPort() {
        throw new UnsupportedOperationException();
    }

    public Vertx vertx() {
        throw new UnsupportedOperationException();
    }

    /** The sum of all lines of {@code /metrics} that have this name and at least these labels. */
    public double metric(String nameWithLabels) {
        throw new UnsupportedOperationException(nameWithLabels);
    }

    public WebSocketPeer connect(String path) {
        return WebSocketPeer.connect(port(), path);
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
