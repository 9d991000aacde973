package dev.fanfare.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a client connected: one {@link Connection} after the other, with pauses between, until it is closed, is told not to come back, or has used up its
 * attempts. Its methods are called on the loop, but for {@link #state}, {@link #ask}, {@link #send} and {@link #close}.
 */
final class Reconnection implements Connection.Owner {
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ClientBuilder<?> options;
    private final Loop loop;
    private final Connector connector;
    private final Callbacks callbacks;
    private final Peer peer;
    private final Budget budget;
    private final Backoff backoff;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile ClientState state = ClientState.CONNECTING;
    private @Nullable Connection connection;
    private boolean closing;
    /** Attempts that failed in a row. */
    private int failures;
    /** Pauses since the last connection that lasted. */
    private int pauses;

    Reconnection(ClientBuilder<?> options, Machinery machinery, Budget budget, Peer peer) {
        this.options = options;
        this.loop = machinery.loop();
        this.connector = machinery.connector();
        this.callbacks = machinery.callbacks();
        this.budget = budget;
        this.peer = peer;
        this.backoff = options.backoff();
    }

    ClientState state() {
        return state;
    }

    CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Begins; from any thread. */
    void start() {
        loop.execute(this::connect);
    }

    private void connect() {
        state = ClientState.CONNECTING;
        connection = new Connection(loop, callbacks, peer, options, this);
        connection.begin(connector);
    }

    @Override
    public void opened(Connection opened) {
        state = ClientState.CONNECTED;
        callbacks.run(options.onConnect);
        peer.connected(opened.link());
    }

    @Override
    public void ended(Connection over, Ending ending) {
        boolean wasOpen = state == ClientState.CONNECTED;
        if (over.lasted(backoff.ceiling(Math.max(1, pauses)))) {
            failures = 0;
            pauses = 0;
        } else {
            failures++;
        }
        if (closing || !ending.mayReturn() || usedUp()) {
            tell(ending, wasOpen, null);
            finish(closing ? null : failure(ending, wasOpen));
        } else {
            pauses++;
            Duration pause = ending.pause(backoff, pauses);
            state = ClientState.DISCONNECTED;
            loop.schedule(pause, this::comeBack);
            tell(ending, wasOpen, pause);
        }
    }

    private boolean usedUp() {
        return options.maxAttempts > 0 && failures >= options.maxAttempts;
    }

    private ClientException failure(Ending ending, boolean wasOpen) {
        if (ending.mayReturn()) {
            return new ClientException("gave_up", failures + " attempts failed, the last so: " + attempt(ending));
        }
        return wasOpen
                ? new ClientException("disconnected", "closed with " + ending.code() + ", " + ending.reason())
                : new ClientException("refused", attempt(ending));
    }

    /** What became of an attempt. The address is named without what may be a secret: its query, and its user. */
    private String attempt(Ending ending) {
        URI uri = options.uri;
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath() + ": " + ending.reason();
    }

    private void tell(Ending ending, boolean wasOpen, @Nullable Duration pause) {
        if (wasOpen) {
            peer.disconnected(ending.code());
            callbacks.run(() -> options.onDisconnect.accept(ending.told(pause)));
        } else if (pause != null) {
            callbacks.error(new ClientException("connection", attempt(ending)));
        }
    }

    private void comeBack() {
        if (closing) {
            return; // in the pause
        }
        int attempt = pauses;
        callbacks.run(() -> options.onReconnect.accept(attempt));
        connect();
    }

    /** Ends for good. */
    private void finish(@Nullable ClientException why) {
        closing = true;
        state = ClientState.CLOSED;
        peer.closed(why == null ? closed() : why);
        Completion.settle(ended, why);
        callbacks.end();
        connector.close();
        loop.end();
    }

    /** Closes it; from any thread. */
    CompletableFuture<Void> close() {
        JdkLink.tell(loop, this::stop);
        return ended.handle((done, failure) -> null);
    }

    /** Closes it and waits for that, but not where a callback would wait for itself. */
    void closeAndWait() {
        CompletableFuture<Void> closed = close();
        if (!callbacks.runsHere()) {
            closed.join();
        }
    }

    private void stop() {
        if (closing) {
            return;
        }
        closing = true;
        callbacks.discard();
        if (state == ClientState.DISCONNECTED) {
            finish(null);
        } else if (connection != null) {
            connection.close(CLOSING);
        }
    }

    /** Has the loop do what completes a future; from any thread. */
    <T> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            loop.execute(() -> task.accept(future));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(closed());
        }
        return future;
    }

    /** Sends a message where there is a connection; from any thread. */
    CompletableFuture<Void> send(int size, Function<Link, CompletionStage<Void>> write) {
        if (!budget.take(size)) {
            return CompletableFuture.failedFuture(Budget.exceeded());
        }
        CompletableFuture<Void> future = ask(written -> {
            if (state == ClientState.CONNECTED && connection != null && connection.isOpen()) {
                write.apply(connection.link()).whenComplete((done, failure) -> Completion.settle(written, failure));
            } else {
                Completion.settle(written, state == ClientState.CLOSED ? closed() : offline());
            }
        });
        return future.whenComplete((done, failure) -> budget.give(size));
    }

    static ClientException closed() {
        return new ClientException("closed", "the client is closed");
    }

    private static ClientException offline() {
        return new ClientException("offline", "there is no connection");
    }
}
