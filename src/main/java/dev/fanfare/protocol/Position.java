package dev.fanfare.protocol;

import java.util.regex.Pattern;

/**
 * Where a message stands in the history of its channel.
 *
 * @param epoch which history it is: 1 to 32 of {@code A-Z a-z 0-9 _ -}; offsets of different epochs have nothing to do with each other
 * @param offset 1 for the first message since the history began; 0 stands before it
 */
public record Position(String epoch, long offset) {
    /** What an epoch and an offset have to look like, for those who are told that theirs do not. */
    public static final String RULE =
            "a position is an object with an 'epoch', 1 to 32 of A-Z a-z 0-9 _ -, and an 'offset', an integer from 0";

    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    public Position {
        if (!EPOCH.matcher(epoch).matches() || offset < 0) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /** The place of the next message. */
    public Position next() {
        return new Position(epoch, offset + 1);
    }

    /** Whether both are of one history. */
    public boolean isOfSameEpochAs(Position other) {
        return epoch.equals(other.epoch);
    }

    @Override
    public String toString() {
        return epoch + ':' + offset;
    }
}
