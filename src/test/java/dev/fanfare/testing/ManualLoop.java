package dev.fanfare.testing;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** An event loop that turns when it is told to. */
public final class ManualLoop implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs what is queued now, but not what that queues. */
    public void turn() {
        for (int left = tasks.size(); left > 0; left--) {
            tasks.remove().run();
        }
    }

    /** Turns until nothing is queued. */
    public void settle() {
        while (!tasks.isEmpty()) {
            turn();
        }
    }

    /** How many tasks wait. */
    public int queued() {
        return tasks.size();
    }
}
