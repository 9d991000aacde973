package dev.fanfare.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the application's callbacks one after the other, in the order in which they were given, and catches what they throw. */
final class Callbacks {
    private final Executor executor;
    private final @Nullable ExecutorService own;
    private final Consumer<ClientException> onError;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean running;
    private long given;

    private volatile @Nullable Thread thread;

    /** Callbacks on an executor of the application's, or on a thread of their own. */
    Callbacks(@Nullable Executor executor, String name, Consumer<ClientException> onError) {
        if (executor == null) {
            own = Executors.newSingleThreadExecutor(new DaemonThreads(name));
            this.executor = own;
        } else {
            own = null;
            this.executor = executor;
        }
        this.onError = onError;
    }

    /** Runs a callback when its turn comes. */
    void run(Runnable callback) {
        synchronized (queue) {
            queue.add(callback);
            given++;
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(this::drain); // the application's has ended before its client
        }
    }

    /** How many were given until now. */
    long given() {
        synchronized (queue) {
            return given;
        }
    }

    /** Tells of an error. */
    void error(ClientException error) {
        run(() -> onError.accept(error));
    }

    private void drain() {
        thread = Thread.currentThread();
        for (Runnable callback = next(); callback != null; callback = next()) {
            try {
                callback.run();
            } catch (RuntimeException | Error e) {
                report(e);
            }
        }
    }

    private void report(Throwable thrown) {
        try {
            onError.accept(new ClientException("callback", "a callback threw " + thrown, thrown));
        } catch (RuntimeException | Error e) {
            new ErrorLog().accept(new ClientException("callback", "onError threw " + e, e));
        }
    }

    private @Nullable Runnable next() {
        synchronized (queue) {
            Runnable callback = queue.poll();
            if (callback == null) {
                running = false;
                thread = null;
            }
            return callback;
        }
    }

    /** Whether this is called by a callback. */
    boolean runsHere() {
        return thread == Thread.currentThread();
    }

    /** Forgets what has not been run. */
    void discard() {
        synchronized (queue) {
            queue.clear();
        }
    }

    /** Ends its thread, when what is queued has been run. */
    void end() {
        if (own != null) {
            own.shutdown();
        }
    }
}
