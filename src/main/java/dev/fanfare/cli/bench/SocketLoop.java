package dev.fanfare.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A thread with a selector and its share of the connections. Everything but {@link #ask}, {@link #wake} and {@link #stop} is for that
 * thread alone.
 *
 * <p>Waiting for a message that is due in less than a millisecond is done by polling, because a selector's time-out
 * has no finer unit; so an open loop's messages leave when they should.
 */
final class SocketLoop extends Thread {

    private static final long MILLISECOND = 1_000_000;
    private static final int READ_BUFFER = 512 * 1024;

    /** Sends what is due and says when to ask again. */
    @FunctionalInterface
    interface Pump {
        long pump(long now) throws IOException;
    }

    private final Settings settings;
    private final Dialect dialect;
    private final Tally tally;
    private final int first;
    private final int count;
    /** The first connection goes elsewhere, only to publish. */
    private final boolean publishesApart;

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> failure;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BUFFER);
    private final Inflation inflation = new Inflation(READ_BUFFER);
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final List<Connection> connections;
    private volatile boolean stopped;
    private boolean dialing;
    private int open;
    private int ended;
    private Pump pump = now -> Pace.UNKNOWN;
    private long due = Pace.UNKNOWN;

    /** A loop for {@code count} listening sockets, numbered from {@code first} on; what goes wrong on any of them completes the failure. */
    SocketLoop(Settings settings, Dialect dialect, Tally tally, int first, int count, CompletableFuture<Void> failure)
            throws IOException {
        super("bench-" + first);
        setDaemon(true);
        this.settings = settings;
        this.dialect = dialect;
        this.tally = tally;
        this.first = first;
        this.publishesApart = first == 0 && settings.publisher().isPresent();
        this.count = publishesApart ? count + 1 : count;
        this.failure = failure;
        this.connections = new ArrayList<>(count);
        this.selector = Selector.open();
    }

    @Override
    public void run() {
        try (selector) {
            while (!stopped) {
                turn();
            }
            for (Connection connection : connections) {
                connection.abort();
            }
        } catch (IOException | RuntimeException e) {
            failed(String.valueOf(e));
        }
    }

    private void turn() throws IOException {
        for (Runnable task = mailbox.poll(); task != null; task = mailbox.poll()) {
            task.run();
        }
        dial();
        long now = System.nanoTime();
        due = pump.pump(now);
        long pause = (due - now) / MILLISECOND;
        if (pause > 0) {
            selector.select(this::ready, Math.min(pause, 1_000));
        } else {
            selector.selectNow(this::ready);
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isReadable()) {
                long now = connection.readable(in);
                if (now >= due) {
                    due = pump.pump(now);
                }
            }
            if (key.isValid() && key.isWritable()) {
                connection.writable();
            }
            if (key.isValid() && key.isConnectable()) {
                connection.connectable();
            }
        } catch (IOException | BenchException e) {
            key.cancel();
            failed(open < count ? "socket " + connections.size() + ": " + e.getMessage() : String.valueOf(e));
        }
    }

    private void dial() throws IOException {
        int limit = Math.max(1, settings.handshakes() / settings.threads());
        while (dialing && connections.size() < count && connections.size() - open < limit) {
            int number = connections.size();
            boolean listens = number > 0 || !publishesApart;
            Target target = listens ? settings.target() : settings.publisher().orElseThrow();
            connections.add(new Connection(this, selector, target, first + number, listens));
        }
    }

    /** A connection is ready to receive. */
    void opened() {
        open++;
        if (open == count) {
            opened.complete(null);
        }
    }

    /** The server ended a connection, which is right only when it was asked to. */
    void ended(Connection connection, boolean asked) throws IOException {
        connection.abort();
        ended++;
        if (!asked) {
            failed("the server cut a connection");
        } else if (ended == connections.size()) {
            closed.complete(null);
        }
    }

    void failed(String reason) {
        failure.completeExceptionally(new BenchException(reason));
    }

    Offer offer() {
        return settings.offer();
    }

    Inflation inflation() {
        return inflation;
    }

    Dialect dialect() {
        return dialect;
    }

    /** What a new connection begins with; who does not listen, publishes on a WebSocket. */
    Transport transport(boolean listens) {
        return listens ? settings.dialect().transport() : WebSocketTransport.random();
    }

    Tally tally() {
        return tally;
    }

    /** Those that listen. */
    List<Connection> listeners() {
        return publishesApart ? connections.subList(1, connections.size()) : connections;
    }

    /** The one that publishes, where this is the lead loop. */
    Connection publisher() {
        return connections.get(0);
    }

    void pump(Pump next) {
        pump = next;
    }

    /** Opens all connections; done when each is ready to receive. */
    CompletableFuture<Void> open() {
        return ask(() -> dialing = true).thenCompose(dialed -> opened);
    }

    /** Closes all connections; done when the server has ended each. */
    CompletableFuture<Void> close() {
        return ask(() -> {
                    for (Connection connection : connections) {
                        try {
                            connection.close();
                        } catch (IOException e) {
                            failed(String.valueOf(e));
                        }
                    }
                    return connections.size();
                })
                .thenCompose(closing -> closed);
    }

    /** Asks on the loop's thread; callable from any. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        mailbox.add(() -> answer.complete(question.get()));
        wake();
        return answer;
    }

    /** Makes the thread look for what there is to do; callable from any. */
    void wake() {
        selector.wakeup();
    }

    /** Cuts what is still connected and ends the thread; callable from any. */
    void stop(long waitMillis) throws InterruptedException {
        stopped = true;
        wake();
        join(waitMillis);
    }
}
