package dev.fanfare.bus;

import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscriber stands that has come to a channel.
 *
 * @param position behind which its messages come, or null on a channel without a history
 * @param messages what it has missed
 * @param latest the newest message, on a channel where one begins with that, or null
 * @param error why it can't be told, or null
 */
public record Entry(
        Outcome outcome,
        @Nullable Position position,
        List<Message> messages,
        @Nullable Message latest,
        @Nullable ProtocolException error) {
    /** What it gets. */
    public enum Outcome {
        /** It did not ask for what it has missed. */
        FRESH,
        /** All that it has missed up to {@code position}. */
        WHOLE,
        /** The first part of it: the rest is too large. */
        PART,
        /** Some of it is not there any more, so nothing. */
        LOST,
        /** It is not known. */
        FAILED
    }

    public Entry {
        messages = List.copyOf(messages);
    }

    /** Not known. */
    public static Entry failed(ProtocolException error) {
        return new Entry(Outcome.FAILED, null, List.of(), null, error);
    }
}
