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
    private final Reconnection client;

    private RawClient(Builder options) {
        Machinery machinery = Machinery.of(options);
        RawPeer peer = new RawPeer(machinery.callbacks(), options.onText, options.onBinary);
        this.client = new Reconnection(options, machinery, new Budget(), peer);
        client.start();
    }

    /** Begins a client for an address such as {@code wss://relay.example/raw/news}. */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /** What it is doing. */
    public ClientState state() {
        return client.state();
    }

    /**
     * Sends a text message. It completes when it is written, and fails with {@code offline} at once where there is no connection, and with {@code limit_exceeded}
     * where 1,000 messages or 1 Mi characters wait to be written.
     */
    public CompletableFuture<Void> send(String text) {
        return client.send(text.length(), link -> link.send(text));
    }

    /** Sends a binary message, as {@link #send(String)} does a text. The bytes are copied. */
    public CompletableFuture<Void> send(byte[] bytes) {
        byte[] copy = bytes.clone();
        return client.send(copy.length, link -> link.send(copy));
    }

    /** Completes after {@link #close()}; fails where the client has ended by itself, and says why. */
    public CompletableFuture<Void> ended() {
        return client.ended();
    }

    /** Ends it for good: no message is given to a handler any more. Completes when the connection has ended. */
    public CompletableFuture<Void> closeAsync() {
        return client.close();
    }

    /** As {@link #closeAsync()}, and waits for it; not in a callback. */
    @Override
    public void close() {
        client.closeAndWait();
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
            return new RawClient(this);
        }
    }
}
