package dev.fanfare.client;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What runs a client: its threads, and what opens its connections.
 *
 * @param loop where its state belongs
 * @param callbacks where the application's callbacks are run
 * @param connector opens its connections
 */
record Machinery(Loop loop, Callbacks callbacks, Connector connector) {
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    /** That of a real client. */
    static Machinery of(ClientBuilder<?> options) {
        String name = "fanfare-client-" + CLIENTS.incrementAndGet();
        Loop loop = new ThreadLoop(name);
        Callbacks callbacks = new Callbacks(options.callbackExecutor, name + "-callbacks", options.onError);
        return new Machinery(loop, callbacks, new JdkConnector(options, loop, name + "-http"));
    }
}
