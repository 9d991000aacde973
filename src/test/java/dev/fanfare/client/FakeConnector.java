package dev.fanfare.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Remembers what it was told to do, and does nothing. */
final class FakeConnector implements Connector {
    final List<@Nullable String> tokens = new ArrayList<>();
    final List<Listener> listeners = new ArrayList<>();
    boolean closed;

    @Override
    public void connect(@Nullable String token, Listener listener) {
        tokens.add(token);
        listeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Who waits for what comes of the latest attempt. */
    Listener latest() {
        return listeners.get(listeners.size() - 1);
    }

    /** Has the latest attempt succeed. */
    FakeLink open() {
        FakeLink link = new FakeLink();
        latest().opened(link);
        return link;
    }

    static final class FakeLink implements Link {
        final List<String> sent = new ArrayList<>();
        int pings;
        int requested;
        int closed;
        boolean aborted;

        @Override
        public CompletionStage<Void> send(String text) {
            sent.add(text);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> send(byte[] bytes) {
            throw new AssertionError("Nobody sends that");
        }

        @Override
        public void ping() {
            pings++;
        }

        @Override
        public void request() {
            requested++;
        }

        @Override
        public void close(int code) {
            closed = code;
        }

        @Override
        public void abort() {
            aborted = true;
        }
    }
}
