package dev.fanfare.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept, for how long, and who waits. */
class JournalTest {
    private static final int CAPACITY = 10_000;

    private static List<Entry> lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> new Entry(Entry.Kind.OUTPUT, "line " + number))
                .toList();
    }

    @Test
    void entriesComeInTheirOrderAlsoWhereTheRingBeginsAnew() throws Exception {
        try (Journal journal = new Journal(CAPACITY)) {
            List<Entry> taken = new ArrayList<>();
            for (int i = 0; i < 10_000; i += 100) {
                journal.add(lines(i, i + 100));
                while (journal.unconfirmed() > 0) {
                    taken.addAll(journal.take(30, 1 << 20));
                    journal.confirm();
                }
            }
            assertThat(taken).isEqualTo(lines(0, 10_000));
            journal.finish(Status.ended(0));
            assertThat(journal.take(1, 1)).containsExactly(Status.ended(0));
            assertThat(journal.take(1, 1)).isEmpty();
        }
    }

    @Test
    void aStatusComesAlone() throws Exception {
        try (Journal journal = new Journal(CAPACITY)) {
            journal.add(List.of(Status.running()));
            journal.add(lines(0, 2));
            journal.add(List.of(Status.ended(0)));
            assertThat(journal.take(9, 999)).containsExactly(Status.running());
            assertThat(journal.take(9, 999)).isEqualTo(lines(0, 2));
            assertThat(journal.take(9, 999)).containsExactly(Status.ended(0));
        }
    }

    @Test
    void whatIsConfirmedIsToldAgainFromTheOldestThatIsStillThere() throws Exception {
        try (Journal journal = new Journal(CAPACITY)) {
            for (int i = 0; i < 2_000; i++) {
                journal.add(lines(i, i + 1));
                journal.take(1, 1);
                journal.confirm();
            }
            journal.rewind();
            List<Entry> again = journal.take(9_999, 1 << 20);
            assertThat(again).hasSizeGreaterThan(500).isEqualTo(lines(2_000 - again.size(), 2_000));
            assertThat(journal.unconfirmed()).isEqualTo(again.size());
        }
    }

    @Test
    void whoAddsWaitsForRoomUntilSomethingIsConfirmedOrTheJournalIsAbandoned() throws Exception {
        try (Journal journal = new Journal(CAPACITY)) {
            CompletableFuture<Void> added = CompletableFuture.runAsync(() -> add(journal, lines(0, 5_000)));
            Eventually.holds(() -> assertThat(journal.unconfirmed()).isGreaterThan(600));
            assertThat(added).isNotDone();
            int first = journal.take(9_999, 1 << 20).size();
            journal.confirm();
            Eventually.holds(() -> assertThat(journal.unconfirmed() + first).isGreaterThan(1_200));
            assertThat(added).isNotDone();
            journal.abandon();
            added.get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(journal.take(1, 1)).isEmpty();
        }
    }

    @Test
    void nothingComesBehindTheLastEntryAndWhatAnAbandonedJournalDoesNotTakeIsNotDone() throws Exception {
        try (Journal journal = new Journal(CAPACITY);
                Journal abandoned = new Journal(CAPACITY)) {
            journal.finish(Status.ended(0));
            journal.add(lines(0, 1));
            assertThat(journal.take(9, 999)).containsExactly(Status.ended(0));
            journal.confirm();
            assertThat(journal.isDone()).isTrue();
            abandoned.abandon();
            abandoned.finish(Status.ended(0));
            assertThat(abandoned.isDone()).isFalse();
        }
    }

    private static void add(Journal journal, List<Entry> entries) {
        try {
            journal.add(entries);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
