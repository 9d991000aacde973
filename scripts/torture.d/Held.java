import java.util.HashMap;
import java.util.Map;

/** A channel that an instance has had listeners of without a break, so that it has been subscribed to it all the time. */
final class Held {
    final long since;
    final Map<Life, Long> heardFrom = new HashMap<>();
    int windows;

    Held(long since) {
        this.since = since;
    }
}
