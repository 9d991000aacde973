package dev.fanfare.client;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loop on a thread of its own, which keeps the JVM running. The JDK's one thread for delays passes it what is due. */
final class ThreadLoop implements Loop {
    private final ExecutorService thread;

    ThreadLoop(String name) {
        thread = Executors.newSingleThreadExecutor(task -> new Thread(task, name));
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Due due = new Due(task);
        CompletableFuture.delayedExecutor(delay.toNanos(), NANOSECONDS, thread).execute(due);
        return due;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void end() {
        thread.shutdown();
    }

    private static final class Due implements Runnable, Timer {
        private Runnable task;

        Due(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }

        /** Lets go of what the task refers to, since it stays queued until it is due. */
        @Override
        public void cancel() {
            task = () -> {};
        }
    }
}
