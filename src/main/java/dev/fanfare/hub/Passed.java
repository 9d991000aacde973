package dev.fanfare.hub;

import dev.fanfare.protocol.Message;
import java.util.Arrays;

/**
 * The last messages that a tail has let pass. One that comes again is the same; but where Redis has lost confirmed ones (a failover), later ones have
 * their offsets. They are told apart by their time, to the millisecond: more than one has to coincide for it not to be seen.
 */
final class Passed {
    private static final int MOST = 32;

    private final long[] offsets = new long[MOST];
    private final long[] timestamps = new long[MOST];

    /** What is known of a message whose place has been passed. */
    enum Likeness {
        SAME,
        OTHER,
        FORGOTTEN
    }

    void add(Message message) {
        int index = index(message);
        offsets[index] = message.offset();
        timestamps[index] = message.timestamp();
    }

    /** Those that come are behind a gap, or of another history. */
    void forget() {
        Arrays.fill(offsets, 0);
    }

    Likeness compare(Message message) {
        int index = index(message);
        if (offsets[index] != message.offset()) {
            return Likeness.FORGOTTEN;
        }
        return timestamps[index] == message.timestamp() ? Likeness.SAME : Likeness.OTHER;
    }

    private static int index(Message message) {
        return (int) (message.offset() % MOST);
    }
}
