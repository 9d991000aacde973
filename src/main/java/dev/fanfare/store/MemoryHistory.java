package dev.fanfare.store;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Retention;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The histories of an instance on its own, in memory. Every future is complete when it is returned, and what was appended has been fed by then.
 *
 * <p>All of it is bounded in bytes. Beyond the limit channels without messages are forgotten with their epochs; when there are none, the channel to which nothing
 * was added for the longest time gives up its oldest messages. What the last channel can't give up stays: its epoch and its consumers.
 */
public final class MemoryHistory implements History {
    private final long limit;
    private final Consumer<Message> feed;
    private final Clock clock;
    private final Supplier<String> epochs;
    private final LongConsumer changes;
    private final Runnable eviction;

    /** The one to which nothing was added for the longest time first. */
    private final Map<ChannelName, StoredChannel> channels = new LinkedHashMap<>();

    /** Those without messages, the one that has had none for the longest time first. */
    private final Set<StoredChannel> empty = new LinkedHashSet<>();

    private final Deadlines deadlines = new Deadlines();
    private long used;

    /**
     * @param limit in bytes
     * @param feed takes every message that is appended
     * @param epochs draws one that was never there
     * @param changes is told how many bytes all of it takes more, or less
     * @param eviction runs for each message that is given up for the limit
     */
    public MemoryHistory(
            long limit,
            Consumer<Message> feed,
            Clock clock,
            Supplier<String> epochs,
            LongConsumer changes,
            Runnable eviction) {
        this.limit = limit;
        this.feed = feed;
        this.clock = clock;
        this.epochs = epochs;
        this.changes = changes;
        this.eviction = eviction;
    }

    @Override
    public Future<Position> append(Append append) {
        long now = clock.millis();
        StoredChannel known = find(append.channel(), now);
        Position repeated = known == null || append.key() == null ? null : known.placeOf(append.key());
        if (repeated != null) {
            return Future.succeededFuture(repeated);
        }
        StoredChannel channel = use(append.channel(), append.retention(), now);
        Position place = channel.add(append.message(), append.key(), append.retention(), now);
        deadlines.watch(channel);
        empty.remove(channel);
        added(channel);
        feed.accept(append.message().at(place));
        return Future.succeededFuture(place);
    }

    @Override
    public Future<HistoryPage> read(HistoryQuery query) {
        long now = clock.millis();
        StoredChannel channel = find(query.channel(), now);
        boolean whole = channel != null && !endsBefore(query.seen(), channel.top());
        if (!query.begins() && (channel == null || !whole)) {
            return Future.succeededFuture(new HistoryPage(new Position(epochs.get(), 0), List.of()));
        }
        if (channel != null && !whole) {
            drop(channel);
        }
        StoredChannel used =
                channel != null && !query.begins() ? channel : use(query.channel(), query.retention(), now);
        return Future.succeededFuture(new HistoryPage(used.top(), messages(used, query)));
    }

    private static boolean endsBefore(@Nullable Position seen, Position top) {
        return seen != null && seen.isOfSameEpochAs(top) && seen.offset() > top.offset();
    }

    private static List<Message> messages(StoredChannel channel, HistoryQuery query) {
        long first = channel.oldest();
        long last = channel.top().offset();
        Position after = query.after();
        if (after != null && after.isOfSameEpochAs(channel.top())) {
            if (query.reverse()) {
                last = Math.min(last, after.offset() - 1);
            } else {
                first = after.offset() < last ? Math.max(first, after.offset() + 1) : last + 1;
            }
        }
        List<Message> page = new ArrayList<>();
        long bytes = 0;
        while (first <= last && page.size() < query.limit() && (page.isEmpty() || bytes < query.bytes())) {
            Message message = channel.get(query.reverse() ? last-- : first++);
            bytes += message.publication().payload().size();
            page.add(message);
        }
        return page;
    }

    @Override
    public Future<Position> resume(ConsumerName consumer, Retention retention) {
        StoredChannel channel = use(consumer.channel(), retention, clock.millis());
        Position behind = channel.acknowledged(consumer);
        if (behind != null) {
            return Future.succeededFuture(behind);
        }
        if (!channel.add(consumer)) {
            return Future.failedFuture(new ProtocolException(
                    ErrorCode.LIMIT_EXCEEDED, "a channel has " + MOST_CONSUMERS + " consumers at most"));
        }
        added(channel);
        return Future.succeededFuture(channel.top());
    }

    @Override
    public void acknowledge(ConsumerName consumer, Position position) {
        StoredChannel channel = find(consumer.channel(), clock.millis());
        if (channel != null && channel.acknowledge(consumer, position)) {
            added(channel);
        }
    }

    /** Gives up what has ended; to be called each second or so. */
    public void sweep() {
        long now = clock.millis();
        for (StoredChannel channel : deadlines.reached(now)) {
            if (find(channel.name(), now) != null) {
                deadlines.watch(channel);
            }
        }
    }

    /** The history of a channel as it is now, or null where there is none. */
    private @Nullable StoredChannel find(ChannelName name, long now) {
        StoredChannel channel = channels.get(name);
        if (channel != null && channel.hasEnded(now)) {
            drop(channel);
            return null;
        }
        if (channel != null) {
            channel.expire(now);
            noteWhetherEmpty(channel);
        }
        return channel;
    }

    private StoredChannel use(ChannelName name, Retention retention, long now) {
        StoredChannel channel = find(name, now);
        if (channel == null) {
            channel = new StoredChannel(name, epochs.get(), this::account);
            channels.put(name, channel);
            empty.add(channel);
            channel.use(retention, now);
            deadlines.watch(channel);
            makeRoom(channel);
        }
        channel.use(retention, now);
        return channel;
    }

    private void account(long bytes) {
        used += bytes;
        changes.accept(bytes);
    }

    private void added(StoredChannel channel) {
        channels.remove(channel.name());
        channels.put(channel.name(), channel);
        makeRoom(channel);
    }

    /** @param last the channel that something was added to */
    private void makeRoom(StoredChannel last) {
        boolean more = true;
        while (used > limit && more) {
            more = dropEmpty(last) || dropOldestMessage() || last.dropOldestKey();
        }
    }

    private boolean dropEmpty(StoredChannel last) {
        for (StoredChannel channel : empty) {
            if (channel != last) {
                drop(channel);
                return true;
            }
        }
        return false;
    }

    private boolean dropOldestMessage() {
        for (StoredChannel channel : channels.values()) {
            if (channel.dropOldest()) {
                eviction.run();
                noteWhetherEmpty(channel);
                return true;
            }
        }
        return false;
    }

    private void noteWhetherEmpty(StoredChannel channel) {
        if (channel.isEmpty()) {
            empty.add(channel);
        }
    }

    private void drop(StoredChannel channel) {
        empty.remove(channel);
        channels.remove(channel.name());
        deadlines.forget(channel);
        channel.drop();
    }
}
