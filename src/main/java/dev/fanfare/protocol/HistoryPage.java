package dev.fanfare.protocol;

import java.util.List;

/**
 * A part of a channel's history.
 *
 * @param top the position of the newest message of all, offset 0 where there never was one
 * @param messages in the order that was asked for, each with its position
 */
public record HistoryPage(Position top, List<Message> messages) {
    public HistoryPage {
        messages = List.copyOf(messages);
    }

    /** Whether there is nothing behind it, where it is read forwards. */
    public boolean reachesTop() {
        return messages.isEmpty() || messages.get(messages.size() - 1).offset() == top.offset();
    }
}
