import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What is right on stored channels: every message has one place, what was confirmed has it for good, who follows gets what stands behind its
 * position, and who is told that it can't has missed more than is kept, or what was flushed. One lock guards it.
 */
final class Chronicle {
    /** What is followed: a name each, and how many messages are kept. */
    final List<StoredChannel> channels = List.of(
            new StoredChannel("stored:1", 500),
            new StoredChannel("stored:2", 500),
            new StoredChannel("stored:3", 500),
            new StoredChannel("stored:small", 20));

    private final Findings findings;
    private final List<Following> followings = new ArrayList<>();
    private long flushes;
    private long confirmed;
    private long delivered;
    private long recovered;
    private long filled;
    private long trimmed;
    private long flushed;

    Chronicle(Findings findings) {
        this.findings = findings;
    }

    synchronized Following follows(int follower, StoredChannel channel) {
        Following following = new Following(follower, channel);
        followings.add(following);
        return following;
    }

    /** All histories are about to be lost, so that each channel may begin a new one. */
    synchronized void flushes() {
        flushes++;
    }

    synchronized Place place(Following following) {
        return following.place;
    }

    /** A publisher was told where its message stands. */
    synchronized void published(StoredChannel channel, Place place, String id) {
        confirmed++;
        note(channel, place, id);
        StoredChannel.Epoch epoch = channel.epochs.get(place.epoch());
        epoch.confirmed = Math.max(epoch.confirmed, place.offset());
    }

    private void note(StoredChannel channel, Place place, String id) {
        int before = channel.epochs.size();
        String wrong = channel.note(place, id);
        if (!wrong.isEmpty()) {
            findings.add(wrong);
        }
        if (channel.epochs.size() > before && before > flushes) {
            findings.add("%s has a new history %s, while nothing was flushed: %d are known, and %d flushes"
                    .formatted(channel.name, place, before, flushes));
        }
    }

    /** Somebody is subscribed who comes for the first time. */
    synchronized void begins(Following following, Place present) {
        following.place = present;
    }

    /** Somebody is back, and gets what it has missed, up to the present. */
    synchronized void recovers(Following following, List<Note> missed, Place present) {
        recovered++;
        filled += missed.size();
        Place since = following.place;
        missed.forEach(note -> gets(following, note));
        if (!present.equals(following.place)) {
            findings.add("%s came back with %s, got %d messages, and is said to be at %s"
                    .formatted(following, since, missed.size(), present));
            following.place = present;
        }
    }

    /** A message comes. */
    synchronized void gets(Following following, Note note) {
        delivered++;
        Place next = new Place(following.place.epoch(), following.place.offset() + 1);
        if (note.offset() != next.offset()) {
            findings.add("%s got %s at %d behind %s".formatted(following, note.id(), note.offset(), following.place));
        }
        following.place = new Place(next.epoch(), note.offset());
        note(following.channel, following.place, note.id());
    }

    /** Somebody who comes back is told that it is not recovered, and goes on behind the present. */
    synchronized void loses(Following following, Place present) {
        judge(following, present, present.offset());
    }

    /** Somebody who is there is told that messages were lost, and goes on behind a place, from where on they are kept. */
    synchronized void skips(Following following, Place behind) {
        StoredChannel.Epoch epoch = following.channel.epochs.get(behind.epoch());
        long top = epoch == null || epoch.messages.isEmpty() ? 0 : epoch.messages.lastKey();
        judge(following, behind, Math.max(top, behind.offset()) + followings.size()); // some are not answered yet
    }

    private void judge(Following following, Place behind, long top) {
        Place since = following.place;
        following.place = behind;
        if (!since.epoch().equals(behind.epoch())) {
            flushed++;
            if (flushes == 0) {
                findings.add("%s lost all behind %s, as there is %s, and nothing was flushed"
                        .formatted(following, since, behind));
            }
        } else if (top - since.offset() <= following.channel.size || behind.offset() < since.offset()) {
            findings.add("%s lost all between %s and %s, and %d are kept"
                    .formatted(following, since, behind, following.channel.size));
        } else {
            trimmed++;
        }
    }

    /** In words, who has not come to the end. */
    synchronized List<String> lagging(StoredChannel channel, Place top) {
        return followings.stream()
                .filter(following -> following.channel == channel && !top.equals(following.place))
                .map(following ->
                        "nothing breaks any more, but %s is at %s, and not %s".formatted(following, following.place, top))
                .toList();
    }

    /** At the end an instance tells all that is kept. */
    synchronized void keeps(StoredChannel channel, Life life, Place top, List<Note> notes) {
        StoredChannel.Epoch epoch = channel.epochs.getOrDefault(top.epoch(), new StoredChannel.Epoch());
        if (top.offset() < epoch.confirmed) {
            findings.add("%s ends at %s on %s, but %d was confirmed".formatted(channel.name, top, life, epoch.confirmed));
        }
        long expected = Math.max(0, top.offset() - channel.size);
        for (Note note : notes) {
            expected++;
            if (note.offset() != expected) {
                findings.add("%s has %d in its history where %d should be, on %s"
                        .formatted(channel.name, note.offset(), expected, life));
                return;
            }
            note(channel, new Place(top.epoch(), note.offset()), note.id());
        }
        if (expected != top.offset()) {
            findings.add("%s ends at %d in its history on %s, not at %s".formatted(channel.name, expected, life, top));
        }
    }

    synchronized void report(PrintStream out) {
        out.printf(
                "%,9d messages confirmed on stored channels, %,d delivered to %d who follow one%n",
                confirmed, delivered, followings.size());
        out.printf(
                "%,17d times somebody came back and got all, %,d messages in all; %,d times not: %,d by trimming, %,d by %d flushes%n",
                recovered, filled, trimmed + flushed, trimmed, flushed, flushes);
        for (StoredChannel channel : channels) {
            out.printf(
                    "%,17d messages on %s, in %d histories%n",
                    channel.epochs.values().stream()
                            .mapToLong(epoch -> epoch.messages.size())
                            .sum(),
                    channel.name,
                    channel.epochs.size());
        }
    }
}
