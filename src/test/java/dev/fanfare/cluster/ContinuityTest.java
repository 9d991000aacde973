package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.ChannelName;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** {@link Sequences} and {@link Continuity}: what the one numbers, the other counts. */
class ContinuityTest {
    private final Continuity continuity = new Continuity();

    @Test
    void nothingIsMissedWhereNumbersFollowEachOther() {
        continuity.begin(100);
        assertThat(receive("a", 50, 7)).as("the first that is seen").isZero();
        assertThat(receive("a", 50, 8)).isZero();
        assertThat(receive("b", 60, 3)).isZero();
        assertThat(receive("a", 50, 9)).isZero();
    }

    @Test
    void aGapIsWhatWasMissed() {
        receive("a", 50, 7);
        assertThat(receive("a", 50, 11)).isEqualTo(3);
        assertThat(receive("a", 50, 12)).isZero();
    }

    @Test
    void whatCameBeforeIsNotNew() {
        receive("a", 50, 7);
        assertThat(receive("a", 50, 7)).isEqualTo(Continuity.REPEATED);
        assertThat(receive("a", 50, 6)).isEqualTo(Continuity.REPEATED);
        assertThat(receive("a", 49, 100)).as("of an earlier count").isEqualTo(Continuity.REPEATED);
        assertThat(receive("a", 50, 8)).isZero();
    }

    @Test
    void allOfACountThatBeganWithinOurTimeShouldHaveCome() {
        assertThat(receive("a", 99, 3)).as("before a beginning").isZero();
        continuity.begin(100);
        continuity.begin(1_000);
        assertThat(receive("b", 101, 3)).isEqualTo(2);
        assertThat(receive("c", 100, 3)).as("at the same moment: nobody knows").isZero();
        assertThat(receive("b", 200, 1)).as("a new count of one that is known").isZero();
        assertThat(receive("b", 300, 2)).isEqualTo(1);
    }

    @Test
    void forgetsTheInstancesThatWereSilentForLong() {
        continuity.begin(100);
        assertThat(continuity.receive("a", new SequenceNumber(200, 1), 1_000)).isZero();
        assertThat(continuity.receive("b", new SequenceNumber(300, 1), 1_001)).isZero();
        long later = 1_001 + Continuity.SILENCE;
        assertThat(continuity.receive("c", new SequenceNumber(400, 1), later)).isZero();
        assertThat(continuity.receive("a", new SequenceNumber(200, 9), later))
                .as("forgotten, and not known what came")
                .isZero();
        assertThat(continuity.receive("b", new SequenceNumber(300, 3), later))
                .as("remembered")
                .isEqualTo(1);
    }

    @Test
    void eachChannelIsCountedByItself() {
        Sequences sequences = new Sequences(Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC));
        ChannelName a = new ChannelName("a");
        assertThat(sequences.next(a)).isEqualTo(new SequenceNumber(1_000, 1));
        assertThat(sequences.next(null)).isEqualTo(new SequenceNumber(1_001, 1));
        assertThat(sequences.next(a)).isEqualTo(new SequenceNumber(1_000, 2));
        assertThat(sequences.next(null)).isEqualTo(new SequenceNumber(1_001, 2));
    }

    @Test
    void aChannelThatWasForgottenIsCountedAnewFromALaterStart() {
        Sequences sequences = new Sequences(Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC));
        SequenceNumber before = sequences.next(null);
        for (int i = 0; i < Sequences.MOST; i++) {
            sequences.next(new ChannelName("c" + i));
        }
        SequenceNumber after = sequences.next(null);
        assertThat(after.number()).isEqualTo(1);
        assertThat(after.start()).isGreaterThan(before.start());
    }

    private long receive(String origin, long start, long number) {
        return continuity.receive(origin, new SequenceNumber(start, number), 1_000);
    }
}
