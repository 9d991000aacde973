package dev.fanfare.client;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A client of the raw relay, {@code /} or {@code /raw/CHANNEL}, which comes back whenever it is cut off: every message goes to every raw socket of the
 * channel, the sender too. What is said while it is away it does not get. It connects as soon as it is built, may be used by any thread, and keeps the JVM
 * running until it is closed.
 */
public final class RawClient implements AutoCloseable {
    private RawClient() {}

    /** Begins a client for an address such as {@code wss://relay.example/raw/news}. */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /** What it is doing. */
    public ClientState state() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends a text message. It completes when it is written, and fails with {@code offline} at once where there is no connection, and with {@code limit_exceeded}
     * where 1,000 messages or 1 Mi characters wait to be written.
     */
    public CompletableFuture<Void> send(String text) {
        throw new UnsupportedOperationException();
    }

    /** Sends a binary message, as {@link #send(String)} does a text. The bytes are copied. */
    public CompletableFuture<Void> send(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** Completes after {@link #close()}; fails where the client has ended by itself, and says why. */
    public CompletableFuture<Void> ended() {
        throw new UnsupportedOperationException();
    }

    /** Ends it for good: no message is given to a handler any more. Completes when the connection has ended. */
    public CompletableFuture<Void> closeAsync() {
        throw new UnsupportedOperationException();
    }

    /** As {@link #closeAsync()}, and waits for it; not in a callback. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** How a client is to be. */
    public static final class Builder extends ClientBuilder<Builder> {
        Consumer<String> onText = text -> {};
        Consumer<byte[]> onBinary = bytes -> {};

        private Builder(URI uri) {
            super(uri);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Called with each text message. */
        public Builder onText(Consumer<String> handler) {
            onText = handler;
            return this;
        }

        /** Called with each binary message. */
        public Builder onBinary(Consumer<byte[]> handler) {
            onBinary = handler;
            return this;
        }

        /** Makes the client, which connects. */
        public RawClient build() {
            check();
            throw new UnsupportedOperationException();
        }
    }
}
