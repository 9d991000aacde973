package dev.fanfare.hub;

import dev.fanfare.bus.Entry;
import dev.fanfare.bus.Entry.Outcome;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to know what they have missed of a channel, right now. What one of them has asked the history for serves all who have missed the same or
 * less, and ask while it is on its way; what is delivered in the meantime is remembered for them. Belongs to the hub's event loop.
 */
final class Recoveries {
    private final Tail tail;
    private final Set<Recovery> open = new HashSet<>();
    private final Set<Recovery> waiting = new HashSet<>();
    /** What is on its way, by the offset that it begins behind. */
    private final TreeMap<Long, Reading> readings = new TreeMap<>();
    /** What was delivered behind {@link #recentFrom}, while somebody wants to know. */
    private final Deque<Message> recent = new ArrayDeque<>(0);

    private long recentFrom;
    private long recentBytes;
    /** The last answer, which is that of many where many have missed the same. */
    private @Nullable Missed lastMissed;

    private record Reading(Position after, Future<HistoryPage> page) {}

    private record Missed(Position since, Position at, List<Message> messages) {}

    Recoveries(Tail tail) {
        this.tail = tail;
    }

    /** Somebody wants to know. */
    Recovery begin(Position since, Allowance allowance) {
        Recovery recovery = new Recovery(since, allowance);
        if (open.isEmpty()) {
            forget();
        }
        open.add(recovery);
        if (since.equals(tail.at())) {
            recovery.ready.complete();
        } else {
            read(recovery, true);
        }
        return recovery;
    }

    private void read(Recovery recovery, boolean shared) {
        Map.Entry<Long, Reading> earlier = readings.floorEntry(recovery.since.offset());
        recovery.own = !shared || earlier == null || !earlier.getValue().after().isOfSameEpochAs(recovery.since);
        Reading reading = recovery.own ? read(recovery.since, recovery.allowance) : earlier.getValue();
        reading.page().onComplete(page -> tail.turns().take(() -> recovery.arrived(page)), recovery::fail);
    }

    private Reading read(Position since, Allowance allowance) {
        Reading reading = new Reading(since, tail.read(since, allowance.messages(), allowance.most(), null));
        if (!reading.page().isComplete()) {
            readings.put(since.offset(), reading);
            reading.page().onComplete(page -> readings.remove(since.offset(), reading));
        }
        return reading;
    }

    /** A message was delivered. */
    void passed(Message message) {
        if (open.isEmpty()) {
            return;
        }
        recent.add(message);
        recentBytes += Allowance.size(message);
        if (recentBytes > Tail.MOST_HELD) {
            forget();
        }
        if (!waiting.isEmpty()) {
            List.copyOf(waiting).stream().filter(Recovery::isReached).forEach(recovery -> {
                waiting.remove(recovery);
                recovery.ready.tryComplete();
            });
        }
    }

    /** Nothing is remembered of what was delivered until now. */
    void forget() {
        recent.clear();
        recentBytes = 0;
        recentFrom = tail.at().offset();
    }

    /**
     * The tail has come as far as it could. Returns whether somebody waits for more, who came while it was on its way. Who has waited for it from the beginning
     * waits no longer: the history was begun anew, or has lost what he has read.
     */
    boolean settle() {
        boolean again = false;
        for (Recovery recovery : List.copyOf(waiting)) {
            if (recovery.isReached() || recovery.waited) {
                waiting.remove(recovery);
                recovery.ready.tryComplete();
            } else {
                recovery.waited = true;
                again = true;
            }
        }
        return again;
    }

    /** The tail can come no further for now. */
    void failed(Throwable cause) {
        List<Recovery> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(recovery -> recovery.fail(cause));
    }

    /** Nobody is interested any more. */
    void close() {
        failed(nobody());
    }

    private static ProtocolException nobody() {
        return new ProtocolException(ErrorCode.UNAVAILABLE, "nobody is subscribed any more");
    }

    /** What one has missed: ready when it is known, and then to be taken when it is to be told. */
    final class Recovery {
        private final Position since;
        private final Allowance allowance;
        private final Promise<Void> ready = Promise.promise();
        /** It has asked the history itself. */
        private boolean own;
        /** The tail has gone on since it waits. */
        private boolean waited;

        private @Nullable HistoryPage page;
        /** What of the allowance is kept for {@link #page}. */
        private long reserved;

        private @Nullable Throwable failure;

        Recovery(Position since, Allowance allowance) {
            this.since = since;
            this.allowance = allowance;
        }

        Future<Void> ready() {
            return ready.future();
        }

        private void fail(Throwable cause) {
            failure = cause;
            ready.tryComplete();
        }

        private void arrived(HistoryPage arrived) {
            if (!own && (!arrived.reachesTop() || arrived.top().offset() < since.offset())) {
                read(this, false); // it was another one's, who has missed too much, or asked too early
                return;
            }
            if (tail.isClosed()) {
                fail(nobody());
                return;
            }
            reserve(arrived);
            if (arrived.reachesTop() && arrived.top().isOfSameEpochAs(tail.at())) {
                tail.advance(arrived.messages());
            }
            if (isReached()) {
                ready.tryComplete();
            } else {
                waiting.add(this);
                tail.mend();
            }
        }

        /** What can't be told is not kept: there may be many channels. */
        private void reserve(HistoryPage arrived) {
            boolean some = arrived.messages().isEmpty() || allowance.fitting(arrived.messages()) > 0;
            page = some ? arrived : new HistoryPage(arrived.top(), List.of());
            reserved = allowance.take(page.messages());
        }

        private boolean isReached() {
            Position top = Objects.requireNonNull(page).top();
            return tail.at().isOfSameEpochAs(top) && tail.at().offset() >= top.offset();
        }

        /**
         * What it is right now. Called once, when it is ready or not wanted any more.
         *
         * @param latest the newest message, where one begins with that
         */
        Entry take(@Nullable Message latest) {
            Entry entry = entry(latest);
            open.remove(this);
            if (open.isEmpty()) {
                lastMissed = null;
                forget();
            }
            return entry;
        }

        private Entry entry(@Nullable Message latest) {
            Position at = tail.at();
            if (failure != null) {
                return Entry.failed(ProtocolException.of(failure, "the history can't be read now"));
            }
            allowance.giveBack(reserved);
            Missed last = lastMissed;
            List<Message> missed =
                    last != null && last.since.equals(since) && last.at.equals(at) ? last.messages : missed(at);
            if (missed == null) {
                return new Entry(Outcome.LOST, at, List.of(), latest, null);
            }
            int fitting = allowance.fitting(missed);
            // No copy of all of them: it is the same list for all who have missed the same.
            List<Message> told = List.copyOf(fitting == missed.size() ? missed : missed.subList(0, fitting));
            allowance.take(told);
            if (!at.equals(told.isEmpty() ? since : told.get(fitting - 1).position())) {
                return new Entry(Outcome.PART, at, told, latest, null);
            }
            lastMissed = new Missed(since, at, told);
            return new Entry(Outcome.WHOLE, at, told, null, null);
        }

        /** What is known of what was missed, without a gap; null where its beginning is lost. */
        private @Nullable List<Message> missed(Position at) {
            if (!since.isOfSameEpochAs(at) || since.offset() > at.offset()) {
                return null;
            }
            List<Message> missed = new ArrayList<>();
            if (page != null) {
                page.messages().stream()
                        .filter(message -> message.offset() > since.offset() && message.offset() <= at.offset())
                        .forEach(missed::add);
                long end = Math.min(page.top().offset(), at.offset());
                if (missed.isEmpty() ? since.offset() != end : !isWhole(missed)) {
                    return null;
                }
            }
            long end = missed.isEmpty()
                    ? since.offset()
                    : missed.get(missed.size() - 1).offset();
            if (end >= recentFrom) {
                recent.stream().filter(message -> message.offset() > end).forEach(missed::add);
            }
            return missed;
        }

        /** Whether they begin behind the position, and none is missing between them: one that is damaged in Redis is not among them. */
        private boolean isWhole(List<Message> messages) {
            int last = messages.size() - 1;
            return messages.get(0).offset() == since.offset() + 1
                    && messages.get(last).offset() == since.offset() + messages.size();
        }
    }
}
