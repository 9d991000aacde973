package dev.fanfare.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A publication in its place in the channel's order.
 *
 * @param timestamp when the hub of its origin ordered it, in milliseconds since 1970
 * @param position its place in the channel's history, or null where it is in none
 */
public record Message(
        Publication publication, long timestamp, @Nullable Position position) {
    /** A message that is in no history. */
    public Message(Publication publication, long timestamp) {
        this(publication, timestamp, null);
    }

    /** Its place among those of its history; one that is in none has no such thing. */
    public long offset() {
        return Objects.requireNonNull(position, "a message that is in no history")
                .offset();
    }

    /** The same, in its place. */
    public Message at(Position place) {
        return new Message(publication, timestamp, place);
    }
}
