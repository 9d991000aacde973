import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What is wrong, in words; the first of it, and how much it is in all. */
final class Findings {
    private static final int SHOWN = 20;

    private final LongSupplier clock;
    private final long start;
    private final List<String> shown = new ArrayList<>();
    private boolean closed;
    private long count;

    Findings(LongSupplier clock) {
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    /** Finds nothing more: what breaks from here on is breaking off. */
    synchronized void close() {
        closed = true;
    }

    synchronized void add(String what) {
        if (closed) {
            return;
        }
        count++;
        if (shown.size() < SHOWN) {
            shown.add("%.3f s: %s".formatted((clock.getAsLong() - start) / 1e9, what));
        }
    }

    synchronized List<String> shown() {
        return List.copyOf(shown);
    }

    synchronized long count() {
        return count;
    }
}
