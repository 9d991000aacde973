package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.EventId;
import dev.fanfare.protocol.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where an event stream stands in its channels with a history, for whoever comes back. What a stream of several channels gets is shared with streams of others, so its
 * messages carry no id; in place of that it is written behind them, at the end of the tick. It tells what was written to the stream and nothing else, also where the
 * stream is slow and catching up. Belongs to the stream's event loop.
 */
final class Bookmark {
    /** A longer id is left out, in characters: whoever comes back has to send it in a header. */
    static final int LONGEST = 4 << 10;

    private final Tick tick;
    private final LocalSubscribers subscribers;
    private final Subscriber stream;
    private final boolean single;
    private final Consumer<String> write;
    private List<ChannelName> channels = List.of();
    private boolean awaitsTick;

    /**
     * @param single whether the stream is one of a single channel, whose id has no names
     * @param write is given the id
     */
    Bookmark(Tick tick, LocalSubscribers subscribers, Subscriber stream, boolean single, Consumer<String> write) {
        this.tick = tick;
        this.subscribers = subscribers;
        this.stream = stream;
        this.single = single;
        this.write = write;
    }

    /** From now on it is about these. */
    void follow(List<ChannelName> followed) {
        channels = List.copyOf(followed);
    }

    /** From now on it is not about this channel. */
    void leave(ChannelName channel) {
        channels = channels.stream().filter(other -> !other.equals(channel)).toList();
        writeLater();
    }

    /** Writes it behind what is written in this tick. */
    void writeLater() {
        if (!awaitsTick && !channels.isEmpty()) {
            awaitsTick = true;
            tick.write(this::endTick);
        }
    }

    private void endTick() {
        awaitsTick = false;
        write();
    }

    /** Writes it. */
    void write() {
        Map<ChannelName, Position> positions = new LinkedHashMap<>();
        for (ChannelName channel : channels) {
            Position position = subscribers.position(channel, stream);
            if (position != null) {
                positions.put(channel, position);
            }
        }
        if (positions.isEmpty()) {
            return;
        }
        String id = single ? positions.values().iterator().next().toString() : EventId.of(positions);
        if (id.length() <= LONGEST) {
            write.accept(id);
        }
    }
}
