import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What the ledger knows of a client's connection. */
final class Session {
    final int number;
    final Life life;
    final int channel;
    final Deque<Pending> pending = new ArrayDeque<>();
    final Map<Integer, Window> windows = new HashMap<>();
    /** The last message of each stream that came in windows which are closed, by channel. */
    final Map<Integer, Map<Publications, Integer>> earlier = new HashMap<>();

    final Map<Integer, Publications> publications = new HashMap<>();
    long ids;
    long answered;
    /** What was sent up to then has been carried out. */
    long carriedOutUntil = Long.MIN_VALUE;

    boolean closing;
    boolean ended;
    boolean reported;

    Session(int number, Life life, int channel) {
        this.number = number;
        this.life = life;
        this.channel = channel;
    }

    boolean isRaw() {
        return channel != Ledger.EVERYBODY;
    }

    @Override
    public String toString() {
        return "session " + number + (isRaw() ? " (raw" : " (json") + ", " + life + ")";
    }
}
