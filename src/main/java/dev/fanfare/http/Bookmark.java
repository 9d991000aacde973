package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.EventId;
import dev.fanfare.protocol.Position;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where an event stream stands in its channels with a history, for whoever comes back. What a stream of several channels gets is shared with streams of others, so its
 * messages carry no id; in place of that it is written behind them, at the end of the tick in which they weigh as much as it does, and within a second. It tells what was
 * written to the stream and nothing else, also where the stream is slow and catching up. Belongs to the stream's event loop.
 */
final class Bookmark {
    /** Where an id is longer at the beginning, in characters, there is none: whoever comes back has to send it in a header. */
    static final int LONGEST = 4 << 10;

    /** For how long messages may be without an id, in seconds. */
    private static final int LATEST = 1;

    private final Tick tick;
    private final EventExecutor eventLoop;
    private final LocalSubscribers subscribers;
    private final Subscriber stream;
    private final boolean single;
    private final Consumer<String> write;
    /** Up to where the last id told the channels. */
    private final Map<ChannelName, Position> told = new LinkedHashMap<>();
    /** How long the last id was. */
    private int length;
    /** How many bytes of messages came behind it. */
    private int behind;
    /** It has to be told anew, whether or not something has come. */
    private boolean changed;

    private boolean awaitsTick;
    private @Nullable Future<?> timer;

    /**
     * @param single whether the stream is one of a single channel, whose id has no names
     * @param write is given the id
     */
    Bookmark(
            Tick tick,
            EventExecutor eventLoop,
            LocalSubscribers subscribers,
            Subscriber stream,
            boolean single,
            Consumer<String> write) {
        this.tick = tick;
        this.eventLoop = eventLoop;
        this.subscribers = subscribers;
        this.stream = stream;
        this.single = single;
        this.write = write;
    }

    /** From now on it is about these, of which the stream has just got what it had missed; false where that would be too long an id, and there will be none. */
    boolean follow(List<ChannelName> channels) {
        for (ChannelName channel : channels) {
            Position position = subscribers.position(channel, stream);
            if (position != null) {
                told.put(channel, position);
            }
        }
        changed = !told.isEmpty();
        if (changed && id().length() > LONGEST) {
            told.clear();
            return false;
        }
        return true;
    }

    /** From now on it is not about this channel. */
    void leave(ChannelName channel) {
        if (told.remove(channel) != null) {
            changed = true;
            writeLater();
        }
    }

    /** So many bytes of messages are written in this tick. */
    void count(int bytes) {
        if (told.isEmpty()) {
            return;
        }
        behind += bytes;
        if (behind >= length) {
            writeLater();
        } else if (timer == null) {
            timer = eventLoop.schedule(this::writeLater, LATEST, TimeUnit.SECONDS);
        }
    }

    /** Writes it behind what is written in this tick. */
    void writeLater() {
        if (!awaitsTick) {
            awaitsTick = true;
            tick.write(this::endTick);
        }
    }

    private void endTick() {
        awaitsTick = false;
        write();
    }

    /** Writes it, where it is not the one that was written last. */
    void write() {
        behind = 0;
        end();
        told.replaceAll(this::now);
        if (changed && !told.isEmpty()) {
            String id = id();
            length = id.length();
            write.accept(id);
        }
        changed = false;
    }

    private Position now(ChannelName channel, Position before) {
        Position position = subscribers.position(channel, stream);
        if (position == null || position.equals(before)) {
            return before;
        }
        changed = true;
        return position;
    }

    private String id() {
        return single ? told.values().iterator().next().toString() : EventId.of(told);
    }

    /** The stream has ended. */
    void end() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
