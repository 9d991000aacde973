package dev.fanfare.client;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one thread that a client's state belongs to. Tasks are run in order; after {@link #end} those that are there are run, and others rejected. */
interface Loop extends Executor {
    /** Runs a task after a while. */
    Timer schedule(Duration delay, Runnable task);

    /** As {@link System#nanoTime}. */
    long nanoTime();

    void end();

    /** A task that is due later. It is cancelled on the loop, and is not run after that. */
    interface Timer {
        void cancel();
    }
}
