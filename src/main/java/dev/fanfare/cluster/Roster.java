package dev.fanfare.cluster;

import dev.fanfare.cluster.MemberTable.Change;
import dev.fanfare.cluster.MemberTable.Change.Verb;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one channel that are on this instance, and what of them Redis is yet to be told. It holds how things are to
 * be, and not what was asked: what could not be told waits here, and is never more than the members.
 */
final class Roster {
    /** Somebody who is here, or was, and then Redis is to be told so. */
    private static final class Entry {
        Member member;
        boolean announced;
        boolean here = true;
        /** Whether Redis may have been told of it. */
        boolean sent;
        /** Whether the others know it as there. */
        boolean known;
        /** Whether Redis may have lost it since. */
        boolean stale;

        List<Promise<Void>> waiting = new ArrayList<>();

        Entry(Member member) {
            this.member = member;
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<Entry> changed = new LinkedHashSet<>();
    private List<Entry> underWay = List.of();
    private List<Promise<Void>> answered = List.of();
    private int present;

    /** Whether Redis may hold members of this instance that have left: it may have lost what it was told. */
    private boolean doubtful;

    /** The owner under whom Redis has noted the channel, or null. */
    private @Nullable String notedFor;

    /** How many are here. */
    int present() {
        return present;
    }

    /** Somebody is here. Completes when Redis knows. */
    Future<Void> join(Member member, boolean announced) {
        Entry entry = entries.computeIfAbsent(member.session(), session -> {
            present++;
            return new Entry(member);
        });
        if (!entry.here) {
            present++;
            entry.here = true;
        }
        if (!entry.member.json().equals(member.json())) {
            entry.member = member;
            entry.known = false;
        }
        entry.announced = announced;
        return change(entry);
    }

    /** Somebody is here no more. Completes when Redis knows. */
    Future<Void> leave(Member member, boolean announced) {
        Entry entry = entries.get(member.session());
        if (entry == null) {
            return Future.succeededFuture();
        }
        if (entry.here) {
            present--;
            entry.here = false;
        }
        entry.announced = announced;
        if (!entry.sent) {
            changed.remove(entry);
            entries.remove(member.session());
            entry.waiting.forEach(Promise::tryComplete);
            return Future.succeededFuture();
        }
        return change(entry);
    }

    private Future<Void> change(Entry entry) {
        Promise<Void> done = Promise.promise();
        entry.waiting.add(done);
        changed.add(entry);
        return done.future();
    }

    /** Whether Redis knows all. */
    boolean isSettled() {
        return changed.isEmpty() && underWay.isEmpty() && !doubtful && (notedFor == null) == entries.isEmpty();
    }

    /** Whether there is nothing to tell, and nobody to remember. */
    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether there is something to tell of members. */
    boolean hasChanges() {
        return !changed.isEmpty();
    }

    boolean isDoubtful() {
        return doubtful;
    }

    void doubtful(boolean whether) {
        doubtful = whether;
    }

    /**
     * What Redis holds of this instance: whoever is not here has left.
     *
     * @param sessions and of each whether its end is to be announced
     */
    void found(Map<String, Boolean> sessions) {
        sessions.forEach((session, announced) -> {
            if (!entries.containsKey(session)) {
                Entry gone = new Entry(new Member(session, null, null));
                gone.announced = announced;
                gone.here = false;
                gone.sent = true;
                entries.put(session, gone);
                changed.add(gone);
            }
        });
    }

    @Nullable
    String notedFor() {
        return notedFor;
    }

    void notedFor(@Nullable String owner) {
        notedFor = owner;
    }

    /** What Redis is to be told next; {@link #confirmed} or {@link #failed} follows. */
    List<Change> next(int most) {
        underWay = changed.stream().limit(most).toList();
        answered = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Entry entry : underWay) {
            changed.remove(entry);
            answered.addAll(entry.waiting);
            entry.waiting = new ArrayList<>();
            entry.sent = true;
            if (entry.here) {
                changes.add(new Change(entry.known ? Verb.KEEP : Verb.JOIN, entry.member, entry.announced));
            } else {
                if (entry.known && entry.stale) {
                    // The others know of it, and have to be told of its end, even where Redis does not know any more.
                    changes.add(new Change(Verb.KEEP, entry.member, entry.announced));
                }
                entry.known = false;
                changes.add(new Change(Verb.LEAVE, entry.member, entry.announced));
            }
            entry.stale = false;
        }
        return changes;
    }

    /** Redis was told. */
    void confirmed() {
        for (Entry entry : underWay) {
            if (changed.contains(entry)) {
                // It has changed again since.
                continue;
            }
            entry.known = entry.here;
            if (!entry.here) {
                entries.remove(entry.member.session());
            }
        }
        underWay = List.of();
        answered.forEach(Promise::tryComplete);
    }

    /** Redis may have been told or not: it is told again. All who wait are answered. */
    void failed(ProtocolException why) {
        List<Entry> later = List.copyOf(changed);
        changed.clear();
        changed.addAll(underWay);
        changed.addAll(later);
        underWay = List.of();
        answered.forEach(promise -> promise.tryFail(why));
        refuse(why);
    }

    /** Answers all who wait: nobody can be told now. */
    void refuse(ProtocolException why) {
        for (Entry entry : changed) {
            entry.waiting.forEach(promise -> promise.tryFail(why));
            entry.waiting = new ArrayList<>();
        }
    }

    /** Redis may have lost what it was told. */
    void retell() {
        notedFor = null;
        doubtful = true;
        entries.values().forEach(entry -> entry.stale = true);
        changed.addAll(entries.values());
    }

    /** The others were told that all have left, or will be. */
    void forgotten() {
        retell();
        entries.values().forEach(entry -> entry.known = false);
    }
}
