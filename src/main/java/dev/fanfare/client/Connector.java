package dev.fanfare.client;

import org.jspecify.annotations.Nullable;

/** Opens WebSockets. */
interface Connector {
    /** How many messages of a link are read before the first is asked for by {@link Link#request}. */
    int WINDOW = 32;

    /** Begins to connect. What comes of it the listener is told on the loop. */
    void connect(@Nullable String token, Listener listener);

    /** Lets go of threads. */
    void close();

    /** What is told of a link: that it failed, or that it opened, and then what comes on it until it ends. */
    interface Listener {
        void failed(Throwable cause);

        void opened(Link link);

        void text(String text);

        void binary(byte[] bytes);

        /** A ping or a pong came. */
        void heard();

        void ended(int code, String reason);
    }
}
