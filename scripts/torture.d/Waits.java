import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** How long is waited, and for what. */
final class Waits {
    /** For anything that has to happen. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What {@code cluster.publish-timeout} is set to. */
    static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(2);

    private Waits() {}

    static void sleepUntil(long start, long millis) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(start + TimeUnit.MILLISECONDS.toNanos(millis) - System.nanoTime());
    }

    /** Returns whether it became true in time. */
    static boolean await(Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }
}
