package dev.fanfare.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** All the loops of a run, seen from the thread that conducts it. What breaks on any of them ends every wait here. */
final class Fleet implements AutoCloseable {

    /** Makes one loop's account of what its share of the subscribers gets; {@code wake} wakes the lead loop. */
    @FunctionalInterface
    interface Account {
        Tally open(Dialect dialect, int subscribers, Runnable wake);
    }

    private static final Duration OPENING = Duration.ofMinutes(2);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final List<SocketLoop> loops = new ArrayList<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** Divides the connections among the loops; {@code account} is asked for one account per loop. */
    Fleet(Settings settings, Account account) throws BenchException {
        int first = 0;
        try {
            for (int left = settings.threads(); left > 0; left--) {
                int share = (settings.connections() - first) / left;
                Dialect dialect = settings.dialect().open();
                loops.add(new SocketLoop(
                        settings, dialect, account.open(dialect, share, () -> lead().wake()), first, share, failure));
                first += share;
            }
        } catch (IOException e) {
            throw new BenchException("no selector: " + e.getMessage(), e);
        }
        loops.forEach(Thread::start);
    }

    /** Opens every connection. */
    void open() throws BenchException, InterruptedException {
        if (!within(OPENING, all(SocketLoop::open))) {
            throw new BenchException("not all sockets were open after " + OPENING.toMinutes() + " minutes");
        }
    }

    /** The loop that publishes. */
    SocketLoop lead() {
        return loops.get(0);
    }

    /** Lets the load run. */
    void rest(Duration duration) throws BenchException, InterruptedException {
        within(duration, new CompletableFuture<Void>());
    }

    /** Asks every loop on its own thread. */
    <T> List<T> ask(Function<SocketLoop, T> question) throws BenchException, InterruptedException {
        List<CompletableFuture<T>> answers =
                loops.stream().map(loop -> loop.ask(() -> question.apply(loop))).toList();
        if (!within(CLOSING, CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)))) {
            throw new BenchException("a loop of the generator did not answer");
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /** Closes every connection in order. */
    void part() throws BenchException, InterruptedException {
        within(CLOSING, all(SocketLoop::close));
    }

    private CompletableFuture<Void> all(Function<SocketLoop, CompletableFuture<Void>> action) {
        return CompletableFuture.allOf(loops.stream().map(action).toArray(CompletableFuture[]::new));
    }

    private boolean within(Duration bound, CompletableFuture<Void> done) throws BenchException, InterruptedException {
        try {
            CompletableFuture.anyOf(done, failure).get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BenchException(String.valueOf(cause.getMessage()), e);
        }
    }

    @Override
    public void close() {
        for (SocketLoop loop : loops) {
            try {
                loop.stop(CLOSING.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
