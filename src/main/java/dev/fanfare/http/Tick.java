package dev.fanfare.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Gathers what happens on an event loop until the tasks that are queued already have run, and then does it in three
 * steps: batches are written, sockets are flushed, and those are told who wait for both. A lone message so leaves at
 * once, and a burst in one write.
 */
final class Tick {
    /** A socket with bytes that were written and not yet flushed. */
    interface Socket {
        void flush();
    }

    private final Executor eventLoop;
    private final List<Runnable> writes = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private boolean pending;
    /** Which of the writes is running; behind all of them where none is. */
    private int running = Integer.MAX_VALUE;

    /** {@code eventLoop} runs a task after those that are queued already, on the loop that calls this object. */
    Tick(Executor eventLoop) {
        this.eventLoop = eventLoop;
    }

    void write(Runnable write) {
        writes.add(write);
        endLater();
    }

    /** Flushes the socket when nothing more can be written to it in this tick: at once, during the last write. */
    void flush(Socket socket) {
        if (running == writes.size() - 1) {
            socket.flush(); // while what the write touched is still in the cache
        } else {
            sockets.add(socket);
            endLater();
        }
    }

    void afterwards(Runnable action) {
        afterwards.add(action);
        endLater();
    }

    private void endLater() {
        if (!pending) {
            pending = true;
            eventLoop.execute(this::end);
        }
    }

    /** What runs here may add more, even to a step that is over; lists are walked by index for that. */
    private void end() {
        do {
            for (running = 0; running < writes.size(); running++) {
                writes.get(running).run();
            }
            running = Integer.MAX_VALUE;
            writes.clear();
            for (int i = 0; i < sockets.size(); i++) {
                sockets.get(i).flush();
            }
            sockets.clear();
        } while (!writes.isEmpty());
        pending = false;
        List<Runnable> told = List.copyOf(afterwards);
        afterwards.clear();
        told.forEach(Runnable::run);
    }
}
