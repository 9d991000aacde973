package dev.fanfare.hub;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Retention;
import dev.fanfare.store.History;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How far a channel with a history has been delivered here: every message goes to the loops in the order of offsets, once. One that came before is dropped, and
 * a gap is filled from the history before anything behind it is delivered; what can't be filled is told. So nobody else needs to look at offsets.
 *
 * <p>Who comes back waits until the tail has come as far as the history had when what he has missed was read. Then what was read, and what was delivered
 * since, is all up to this moment. Belongs to the hub's event loop.
 */
final class Tail {
    /** So much is read at a time to fill a gap. */
    private static final int PAGE = 1_000;

    private static final int PAGE_BYTES = 256 << 10;
    /** What may wait for a gap to be filled, or be remembered for those who come back, in bytes: beyond, it is read again. */
    static final long MOST_HELD = 1L << 20;

    /** What has not come after so many looks, a second each, does not come any more. */
    private static final int LOOKS = 3;

    /** About what a message takes beside its payload, in bytes. */
    private static final int MESSAGE = 256;

    /** Whether messages were lost on the way is looked at after so many milliseconds, and at most twice as many. */
    private static final long CHECK = 10_000;

    /** Where its messages go. */
    interface Outlet {
        void deliver(Message message);

        /** What is between the last message and {@code position} is lost. */
        void lost(Position position);
    }

    private final ChannelName channel;
    private final Supplier<Retention> retention;
    private final boolean last;
    private final History history;
    private final Turns turns;
    private final Outlet outlet;
    private final Recoveries recoveries;

    @SuppressWarnings("NullAway.Init") // known before the channel is open
    private Position at;

    private final Passed passed = new Passed();
    private @Nullable Message latest;
    /** A part of the history is on its way, or is still to be asked for: what is received meanwhile waits in {@link #held}. */
    private boolean reading = true;

    private final Deque<Message> held = new ArrayDeque<>(0);
    private long heldBytes;
    /** A gap may be there that is not filled: the history could not be read, or something came that does not fit. */
    private boolean torn;

    /** Where it waits for what the history has given up already, and how often it was looked since. */
    private @Nullable Position stuckAt;

    private int looks;
    private boolean closed;
    private long checkAt;

    /**
     * @param last whether the newest message is remembered
     * @param turns when others may be delivered to
     */
    Tail(
            ChannelName channel,
            Supplier<Retention> retention,
            boolean last,
            History history,
            Turns turns,
            Outlet outlet) {
        this.channel = channel;
        this.retention = retention;
        this.last = last;
        this.history = history;
        this.turns = turns;
        this.outlet = outlet;
        this.recoveries = new Recoveries(this);
    }

    /** Learns where the history is; what is received before waits, also what comes with the subscription before it is confirmed. */
    Future<Void> open() {
        return history.read(new HistoryQuery(channel, retention.get(), null, 1, 1, true, null))
                .map(page -> {
                    at = page.top();
                    page.messages().forEach(passed::add);
                    latest = !last || page.messages().isEmpty()
                            ? null
                            : page.messages().get(0);
                    reading = false;
                    release();
                    return null;
                });
    }

    /** Nobody is interested any more. */
    void close() {
        closed = true;
        recoveries.close();
    }

    boolean isClosed() {
        return closed;
    }

    /** Up to where everything has been delivered. */
    Position at() {
        return at;
    }

    /** The newest message, where it is remembered and has not expired. */
    @Nullable
    Message latest(long now) {
        Message newest = latest;
        boolean there =
                newest != null && newest.timestamp() + retention.get().ttl().toMillis() > now;
        return there ? newest : null;
    }

    Retention retention() {
        return retention.get();
    }

    Recoveries recoveries() {
        return recoveries;
    }

    Turns turns() {
        return turns;
    }

    /** A message of the history came. */
    void receive(Message message) {
        if (reading) {
            hold(message);
            return;
        }
        Position position = position(message);
        if (position.equals(at.next())) {
            pass(message);
        } else if (!position.isOfSameEpochAs(at) || position.offset() > at.offset()) {
            hold(message);
            mend();
        } else {
            switch (passed.compare(message)) {
                case SAME -> {}
                case OTHER -> beginAnew();
                case FORGOTTEN -> torn = true; // to be looked at, but not for each of them
            }
        }
    }

    private void hold(Message message) {
        heldBytes += MESSAGE + message.publication().payload().size();
        if (heldBytes > MOST_HELD) {
            drop(); // it is in the history
            torn = true;
        } else {
            held.add(message);
        }
    }

    private void drop() {
        held.clear();
        heldBytes = 0;
    }

    private void release() {
        List<Message> released = new ArrayList<>(held);
        drop();
        for (Message message : released) {
            Position position = position(message);
            if (!position.isOfSameEpochAs(at) || position.offset() > at.offset()) {
                receive(message);
            }
        }
    }

    private void pass(Message message) {
        passed.add(message);
        at = position(message);
        latest = last ? message : null;
        outlet.deliver(message);
        recoveries.passed(message);
    }

    /** Looks when it is time, or where a gap may be there that is not filled. Called each second. */
    void check(long now) {
        boolean due = checkAt != 0 && now >= checkAt;
        if (due || checkAt == 0) {
            // Not all channels of all instances at the same moment.
            checkAt = now + CHECK + RandomGenerator.getDefault().nextLong(CHECK);
        }
        if (torn && at.equals(stuckAt)) {
            looks++;
        }
        if (torn || due) {
            mend();
        }
    }

    /** Looks whether the history has gone on, or has been begun anew, without our having been told, and delivers what was missed. */
    void mend() {
        // The last one that was delivered is read once more: another one in its place tells that it was lost.
        mend(new Position(at.epoch(), Math.max(0, at.offset() - 1)), at);
    }

    /**
     * Reads on.
     *
     * @param seen what the history must have to be the one that was delivered
     */
    private void mend(Position after, Position seen) {
        if (reading || closed) {
            return;
        }
        reading = true;
        torn = false;
        read(after, PAGE, PAGE_BYTES, seen)
                .onComplete(page -> turns.take(() -> mended(page)), cause -> turns.take(() -> unmended(cause)));
    }

    Future<HistoryPage> read(Position after, int limit, int bytes, @Nullable Position seen) {
        return history.read(new HistoryQuery(channel, retention.get(), after, limit, bytes, false, seen));
    }

    private void unmended(Throwable cause) {
        reading = false;
        torn = true;
        drop();
        recoveries.failed(cause);
    }

    private void mended(HistoryPage page) {
        reading = false;
        if (closed) {
            return;
        }
        if (isOther(page)) {
            beginAnew();
            return;
        }
        if (!page.top().isOfSameEpochAs(at)) {
            lose(before(page));
        }
        boolean whole = page.reachesTop();
        long gone = at.equals(stuckAt) && looks >= LOOKS ? Long.MAX_VALUE : received(page.top());
        boolean all = pass(known(page, whole), gone);
        if (all
                && whole
                && at.offset() < page.top().offset()
                && gone >= page.top().offset()) {
            lose(page.top());
        }
        if (!all || (whole && at.offset() < page.top().offset())) {
            waitForIt();
        } else if (whole) {
            release();
            if (recoveries.settle()) {
                mend();
            }
        } else {
            mend(at, at); // there is more than a page
        }
    }

    /** The history is not the one that was delivered: it is to be another. */
    private void beginAnew() {
        mend(at, new Position(at.epoch(), Long.MAX_VALUE));
    }

    /** The newest that has come over Pub/Sub while the history was read. It keeps the order: what is older and has not come does not come any more. */
    private long received(Position top) {
        return held.stream()
                .filter(message -> position(message).isOfSameEpochAs(top))
                .mapToLong(Message::offset)
                .max()
                .orElse(0);
    }

    /** What was read, and what has come in the meantime as far as that goes, in the order of offsets. */
    private Collection<Message> known(HistoryPage page, boolean whole) {
        TreeMap<Long, Message> known = new TreeMap<>();
        page.messages().forEach(message -> known.put(message.offset(), message));
        long end = whole ? page.top().offset() : known.lastKey();
        held.stream()
                .filter(message -> position(message).isOfSameEpochAs(page.top()) && message.offset() <= end)
                .forEach(message -> known.putIfAbsent(message.offset(), message));
        return known.values();
    }

    /** Delivers these, and tells of what is missing up to {@code gone}; returns false where it stopped before one that is missing and may still come. */
    private boolean pass(Collection<Message> messages, long gone) {
        for (Message message : messages) {
            if (message.offset() > at.offset() + 1) {
                if (message.offset() > gone) {
                    return false;
                }
                lose(new Position(at.epoch(), message.offset() - 1));
            }
            if (message.offset() == at.offset() + 1) {
                pass(message);
            }
        }
        return true;
    }

    /** The history has given up what has not come yet, and may be on its way here: it is looked at again in a second. */
    private void waitForIt() {
        if (!at.equals(stuckAt)) {
            stuckAt = at;
            looks = 0;
        }
        torn = true;
        release();
    }

    private void lose(Position before) {
        at = before;
        latest = null;
        passed.forget();
        recoveries.forget();
        outlet.lost(before);
    }

    private static Position position(Message message) {
        return Objects.requireNonNull(message.position());
    }

    /** Whether Redis has given the place of the last message to another. */
    private boolean isOther(HistoryPage page) {
        return page.top().isOfSameEpochAs(at)
                && page.messages().stream()
                        .filter(message -> at.equals(message.position()))
                        .anyMatch(message -> passed.compare(message) == Passed.Likeness.OTHER);
    }

    /** The position in front of the first message of a page. */
    private static Position before(HistoryPage page) {
        List<Message> messages = page.messages();
        return messages.isEmpty()
                ? page.top()
                : new Position(page.top().epoch(), messages.get(0).offset() - 1);
    }

    /** Delivers those of these messages that are next. */
    void advance(List<Message> messages) {
        for (Message message : messages) {
            if (at.next().equals(message.position())) {
                pass(message);
            }
        }
    }
}
