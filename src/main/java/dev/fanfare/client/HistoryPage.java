package dev.fanfare.client;

import java.util.List;

/**
 * A part of a history. It may have fewer messages than were asked for where they are large: ask again with the position of the last one, until
 * that is {@code newest} or a page is empty.
 *
 * @param messages in the order that was asked for
 * @param newest the position of the newest message there is
 */
public record HistoryPage(List<Message> messages, Position newest) {
    public HistoryPage {
        messages = List.copyOf(messages);
    }
}
