import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One run of an instance, from its start to its end. */
final class Life {
    /** How many of a channel's messages are remembered with the one before them. */
    private static final int REMEMBERED = 20_000;

    final int instance;
    private final String name;
    final int port;
    final URI metrics;
    final Path log;
    final Set<Reach> lacking = new HashSet<>();
    private final Map<Integer, Map<Long, Long>> before = new HashMap<>();
    final Map<Integer, Held> held = new HashMap<>();
    /** When the first message to a channel was sent to this instance. */
    final Map<Integer, Long> firstSentAt = new HashMap<>();

    boolean leaving;
    boolean ended;
    long sent;
    long local;
    int open;
    long missed;
    long dropped;

    Life(int instance, String name, int port, URI metrics, Path log) {
        this.instance = instance;
        this.name = name;
        this.port = port;
        this.metrics = metrics;
        this.log = log;
    }

    /** Notes which message came before this one, and returns which it was when another listener got this one. */
    Long before(int channel, long message, long previous) {
        return before.computeIfAbsent(channel, c -> new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                        return size() > REMEMBERED;
                    }
                })
                .putIfAbsent(message, previous);
    }

    @Override
    public String toString() {
        return "instance " + name;
    }
}
