package dev.fanfare.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A loop that turns, and whose time passes, when it is told to. */
final class FakeLoop implements Loop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Due> due = new ArrayList<>();
    private long now;
    private boolean ended;

    private record Due(long at, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("ended");
        }
        tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Due added = new Due(now + delay.toNanos(), task);
        due.add(added);
        return () -> due.remove(added);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Runs what is queued, and what that queues. */
    void settle() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass, and what becomes due in it happen. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        settle();
        for (Due next = next(until); next != null; next = next(until)) {
            due.remove(next);
            now = next.at;
            next.task.run();
            settle();
        }
        now = until;
    }

    private @Nullable Due next(long until) {
        return due.stream()
                .filter(each -> each.at <= until)
                .min(Comparator.comparingLong(Due::at))
                .orElse(null);
    }
}
