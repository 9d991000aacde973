package dev.fanfare.client;

/**
 * Where a message stands in the history of its channel.
 *
 * @param epoch which history it is; offsets of different epochs have nothing to do with each other
 * @param offset 1 for the first message since the history began; 0 stands before it
 */
public record Position(String epoch, long offset) {
    /** Whether this is of the same history as {@code other}, and not before it. */
    boolean reaches(Position other) {
        return epoch.equals(other.epoch) && offset >= other.offset;
    }

    /** As {@code EPOCH:OFFSET}. */
    @Override
    public String toString() {
        return epoch + ':' + offset;
    }
}
