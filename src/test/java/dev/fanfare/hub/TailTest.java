package dev.fanfare.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Entry;
import dev.fanfare.bus.Entry.Outcome;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import dev.fanfare.protocol.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TailTest {
    private static final ChannelName CHANNEL = new ChannelName("c");
    private static final int MOST = 10_000;

    private static Allowance most() {
        return new Allowance(MOST);
    }

    private final ScriptedHistory history = new ScriptedHistory();
    private final List<String> out = new ArrayList<>();
    private final Tail tail = new Tail(
            CHANNEL, () -> new Retention(100, Duration.ofMinutes(5)), true, history, Runnable::run, new Tail.Outlet() {
                @Override
                public void deliver(Message message) {
                    out.add(String.valueOf(message.position()));
                }

                @Override
                public void lost(Position position) {
                    out.add("lost " + position);
                }
            });

    /** The history stands at {@code top}, and the tail knows. */
    private void open(long top) {
        tail.open().onFailure(cause -> out.add("not open"));
        answer(page(at(top)));
    }

    private void receive(long... offsets) {
        for (long offset : offsets) {
            tail.receive(message("e", offset));
        }
    }

    private void answer(HistoryPage page) {
        history.reads.remove().answer().complete(page);
    }

    private static HistoryPage page(Position top, long... offsets) {
        List<Message> messages = new ArrayList<>();
        for (long offset : offsets) {
            messages.add(message(top.epoch(), offset));
        }
        return new HistoryPage(top, messages);
    }

    private static Position at(long offset) {
        return new Position("e", offset);
    }

    private static Message message(String epoch, long offset) {
        return message(epoch, offset, 1);
    }

    private static Message message(String epoch, long offset, int size) {
        Payload payload = Payload.of(Payload.Kind.JSON, "1".repeat(size).getBytes(StandardCharsets.UTF_8));
        return new Message(new Publication(CHANNEL, MessageType.EVENT, payload, 0), 0, new Position(epoch, offset));
    }

    private static List<Long> offsets(Entry entry) {
        return entry.messages().stream()
                .map(message -> Objects.requireNonNull(message.position()).offset())
                .toList();
    }

    // Delivery

    @Test
    void deliversWhatIsNextAndDropsWhatCameBefore() {
        open(3);
        receive(3, 4, 4, 5, 2);
        assertThat(out).containsExactly("e:4", "e:5");
        assertThat(history.reads).isEmpty();
    }

    @Test
    void holdsWhatComesBeforeItIsKnownWhereTheHistoryStands() {
        receive(3); // the subscription is there, and not confirmed
        tail.open();
        receive(4, 5);
        assertThat(out).isEmpty();
        answer(page(at(4)));
        assertThat(out).containsExactly("e:5");
    }

    @Test
    void fillsAGapBeforeAnythingBehindItIsDelivered() {
        open(3);
        receive(4, 7, 8);
        assertThat(out).containsExactly("e:4");
        assertThat(history.reads.element().query().after())
                .as("the last one once more")
                .isEqualTo(at(3));
        assertThat(history.reads.element().query().seen()).isEqualTo(at(4));
        receive(9);
        answer(page(at(8), 5, 6, 7, 8));
        assertThat(out).containsExactly("e:4", "e:5", "e:6", "e:7", "e:8", "e:9");
    }

    @Test
    void readsAnotherPageWhereOneDoesNotReachTheTop() {
        open(0);
        receive(5);
        answer(page(at(6), 1, 2));
        answer(page(at(6), 3, 4, 5, 6));
        assertThat(out).containsExactly("e:1", "e:2", "e:3", "e:4", "e:5", "e:6");
    }

    @Test
    void readsOnWhereAPageHasNothingButWhatWasDelivered() {
        open(1);
        receive(3);
        answer(page(at(3), 1));
        assertThat(history.reads.element().query().after()).isEqualTo(at(1));
        answer(page(at(3), 2, 3));
        assertThat(out).containsExactly("e:2", "e:3");
    }

    @Test
    void tellsWhatCanNotBeFilledAndGoesOnWithWhatIsStillThere() {
        open(3);
        receive(9);
        answer(page(at(9), 7, 8, 9));
        assertThat(out).containsExactly("lost e:6", "e:7", "e:8", "e:9");
    }

    @Test
    void tellsThatAllOfItIsGone() {
        open(3);
        tail.mend();
        answer(page(at(9)));
        assertThat(out).as("it may be on its way").isEmpty();
        for (int second = 1; second <= 3; second++) {
            tail.check(second);
            answer(page(at(9)));
        }
        receive(9, 10);
        assertThat(out).containsExactly("lost e:9", "e:10");
    }

    @Test
    void waitsForWhatTheHistoryHasGivenUpAndPubSubStillBrings() {
        open(3);
        tail.mend();
        answer(page(at(9), 8, 9));
        receive(4, 5);
        tail.check(1);
        receive(6);
        answer(page(at(10), 9, 10));
        receive(7, 8, 9, 10, 11);
        assertThat(out).containsExactly("e:4", "e:5", "e:6", "e:7", "e:8", "e:9", "e:10", "e:11");
    }

    @Test
    void takesWhatCameWhileItReadAndTheHistoryHasGivenUp() {
        open(3);
        receive(6);
        receive(7, 8, 9);
        answer(page(at(9), 9));
        assertThat(out).containsExactly("lost e:5", "e:6", "e:7", "e:8", "e:9");
    }

    @Test
    void seesInTheHistoryThatAnotherMessageHasThePlaceOfTheLastOne() {
        open(3);
        receive(4);
        tail.mend();
        Message other = new Message(message("e", 4).publication(), 1, at(4));
        answer(new HistoryPage(at(6), List.of(other, message("e", 5), message("e", 6))));
        assertThat(history.reads.element().query().seen()).isEqualTo(at(Long.MAX_VALUE));
        answer(page(new Position("f", 0)));
        assertThat(out).containsExactly("e:4", "lost f:0");
    }

    @Test
    void tellsThatTheHistoryWasBegunAnew() {
        open(3);
        tail.receive(message("f", 2));
        answer(page(new Position("f", 2), 1, 2));
        assertThat(out).containsExactly("lost f:0", "f:1", "f:2");
    }

    @Test
    void readsAgainWhatDidNotFitWhileAGapWasFilled() {
        open(0);
        tail.receive(message("e", 2, 1 << 19));
        tail.receive(message("e", 3, 1 << 19));
        tail.receive(message("e", 4, 1 << 19));
        answer(page(at(2), 1, 2));
        assertThat(out).containsExactly("e:1", "e:2");
        tail.check(0);
        answer(page(at(4), 3, 4));
        assertThat(out).endsWith("e:3", "e:4");
    }

    @Test
    void triesAgainWhereTheHistoryCouldNotBeRead() {
        open(3);
        receive(5);
        history.reads.remove().answer().fail("away");
        assertThat(out).isEmpty();
        tail.check(0);
        answer(page(at(5), 4, 5));
        assertThat(out).containsExactly("e:4", "e:5");
    }

    @Test
    void seesThatAnotherMessageHasThePlaceOfOneThatWasDelivered() {
        open(3);
        receive(4, 5);
        Publication other = message("e", 5).publication();
        tail.receive(new Message(other, 1, at(5)));
        assertThat(history.reads.element().query().seen())
                .as("no history has come so far: it is begun anew")
                .isEqualTo(at(Long.MAX_VALUE));
        answer(page(new Position("f", 0)));
        assertThat(out).containsExactly("e:4", "e:5", "lost f:0");
    }

    @Test
    void takesNoMessageOfANewHistoryForAnotherOne() {
        open(3);
        receive(4, 5);
        tail.mend();
        answer(page(new Position("f", 4)));
        assertThat(out).endsWith("lost f:4");
        Message there = new Message(message("f", 4).publication(), 1, new Position("f", 4));
        tail.mend();
        answer(new HistoryPage(new Position("f", 4), List.of(there)));
        assertThat(history.reads).as("it is the one that is there").isEmpty();
    }

    @Test
    void looksAtOnceWhereSomethingCameThatWasPassedLongAgo() {
        open(100);
        receive(40);
        assertThat(history.reads).as("not for each").isEmpty();
        tail.check(0);
        assertThat(history.reads.element().query().seen()).isEqualTo(at(100));
    }

    @Test
    void looksNowAndThenWhetherItMissedSomething() {
        open(3);
        tail.check(970_000);
        assertThat(history.reads).as("not right behind the opening").isEmpty();
        tail.check(1_000_000);
        answer(page(at(4), 4));
        tail.check(1_000_001);
        assertThat(history.reads).as("not again so soon").isEmpty();
        assertThat(out).containsExactly("e:4");
        tail.check(1_030_000);
        assertThat(history.reads).hasSize(1);
    }

    @Test
    void remembersTheNewestUntilItExpires() {
        open(3);
        receive(4, 5);
        assertThat(Objects.requireNonNull(tail.latest(299_999)).position()).isEqualTo(at(5));
        assertThat(tail.latest(300_000)).isNull();
    }

    // Who comes back

    @Test
    void needsNoReadingForOneWhoHasMissedNothing() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(3), most());
        assertThat(recovery.ready().succeeded()).isTrue();
        receive(4);
        Entry entry = recovery.take(null);
        assertThat(entry.outcome()).isEqualTo(Outcome.WHOLE);
        assertThat(entry.position()).isEqualTo(at(4));
        assertThat(offsets(entry)).as("until it is told").containsExactly(4L);
    }

    @Test
    void tellsWhatWasReadAndWhatCameSince() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), most());
        receive(4);
        assertThat(recovery.ready().isComplete()).isFalse();
        answer(page(at(3), 2, 3));
        receive(5);
        assertThat(recovery.ready().succeeded()).isTrue();
        assertThat(offsets(recovery.take(null))).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void deliversToTheOthersWhatOneWhoCameBackHasReadBeforeItArrived() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), most());
        answer(page(at(5), 2, 3, 4, 5));
        assertThat(out).containsExactly("e:4", "e:5");
        receive(4, 5, 6);
        Entry entry = recovery.take(null);
        assertThat(offsets(entry)).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(out).containsExactly("e:4", "e:5", "e:6");
    }

    @Test
    void waitsUntilItHasComeAsFarAsTheOneWhoCameBack() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(5), most());
        answer(page(at(5)));
        assertThat(recovery.ready().isComplete()).isFalse();
        answer(page(at(5), 4, 5));
        assertThat(recovery.ready().succeeded()).isTrue();
        Entry entry = recovery.take(null);
        assertThat(entry.outcome()).isEqualTo(Outcome.WHOLE);
        assertThat(entry.messages()).isEmpty();
        assertThat(out).containsExactly("e:4", "e:5");
    }

    @Test
    void readsOnceForAllWhoHaveMissedTheSameOrLess() {
        open(9);
        List<Recoveries.Recovery> all = IntStream.rangeClosed(1, 8)
                .mapToObj(offset -> tail.recoveries().begin(at(offset), most()))
                .toList();
        Recoveries.Recovery twin = tail.recoveries().begin(at(1), most());
        assertThat(history.reads).hasSize(1);
        answer(page(at(9), 2, 3, 4, 5, 6, 7, 8, 9));
        Entry first = all.get(0).take(null);
        assertThat(offsets(first)).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(twin.take(null).messages()).as("the same list").isSameAs(first.messages());
        assertThat(offsets(all.get(7).take(null))).containsExactly(9L);
    }

    @Test
    void readsForItselfWhereTheOtherHasMissedTooMuch() {
        open(9);
        Recoveries.Recovery much = tail.recoveries().begin(at(1), most());
        Recoveries.Recovery little = tail.recoveries().begin(at(8), most());
        answer(page(at(9), 2, 3));
        assertThat(history.reads.element().query().after()).isEqualTo(at(8));
        answer(page(at(9), 9));
        Entry part = much.take(null);
        assertThat(part.outcome()).isEqualTo(Outcome.PART);
        assertThat(offsets(part)).containsExactly(2L, 3L);
        assertThat(offsets(little.take(null))).containsExactly(9L);
    }

    @Test
    void isToldNothingWhereTheBeginningIsGone() {
        open(9);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), most());
        answer(page(at(9), 5, 6, 7, 8, 9));
        Entry entry = recovery.take(message("e", 9));
        assertThat(entry.outcome()).isEqualTo(Outcome.LOST);
        assertThat(entry.messages()).isEmpty();
        assertThat(entry.position()).isEqualTo(at(9));
        assertThat(entry.latest()).isNotNull();
    }

    @Test
    void isToldNothingWhereOneIsMissingInBetween() {
        open(9);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(6), most());
        answer(page(at(9), 7, 9));
        assertThat(recovery.take(null).outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void goesOnBehindOneThatIsDamaged() {
        open(6);
        receive(9);
        answer(page(at(9), 7, 9));
        assertThat(out).containsExactly("e:7", "lost e:8", "e:9");
    }

    @Test
    void isToldNothingWhereEverythingHasExpired() {
        open(9);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), most());
        answer(page(at(9)));
        assertThat(recovery.take(null).outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void isToldNothingWithAPositionOfAnotherHistoryOrOfTheFuture() {
        open(3);
        Recoveries.Recovery other = tail.recoveries().begin(new Position("f", 3), most());
        answer(page(at(3), 1, 2, 3));
        assertThat(other.take(null).outcome()).isEqualTo(Outcome.LOST);
        Recoveries.Recovery future = tail.recoveries().begin(at(10), most());
        answer(page(at(3)));
        assertThat(future.take(null).outcome()).isEqualTo(Outcome.LOST);
        assertThat(out).isEmpty();
    }

    @Test
    void learnsFromOneWhoComesBackThatTheHistoryWasBegunAnew() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(new Position("f", 1), most());
        answer(page(new Position("f", 2), 2));
        answer(page(new Position("f", 2), 1, 2));
        assertThat(out).containsExactly("lost f:0", "f:1", "f:2");
        assertThat(offsets(recovery.take(null))).containsExactly(2L);
    }

    @Test
    void doesNotWaitForEverForAHistoryThatWasBegunAnewMeanwhile() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(2), most());
        answer(page(at(9), 6, 7, 8, 9));
        assertThat(recovery.ready().isComplete()).isFalse();
        answer(page(new Position("f", 1), 1));
        answer(page(new Position("f", 1), 1));
        assertThat(recovery.ready().succeeded()).isTrue();
        assertThat(recovery.take(null).outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void sharesWhatItMayBeToldAmongItsChannels() {
        open(9);
        Allowance allowance = new Allowance(250);
        Recoveries.Recovery first = tail.recoveries().begin(at(7), allowance);
        Recoveries.Recovery second = tail.recoveries().begin(at(8), allowance);
        answer(page(at(9), 8, 9));
        assertThat(first.take(null).outcome()).isEqualTo(Outcome.WHOLE);
        Entry entry = second.take(null);
        assertThat(entry.outcome()).isNotEqualTo(Outcome.WHOLE);
        assertThat(entry.messages()).isEmpty();
    }

    @Test
    void isAPartWhereItIsTooLarge() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), new Allowance(250));
        answer(page(at(3), 2, 3));
        receive(4);
        Entry entry = recovery.take(null);
        assertThat(entry.outcome()).isEqualTo(Outcome.PART);
        assertThat(offsets(entry)).containsExactly(2L, 3L);
    }

    @Test
    void isAPartWhereTooMuchCameMeanwhile() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(3), most());
        for (int offset = 4; offset < 8; offset++) {
            tail.receive(message("e", offset, 1 << 19));
        }
        Entry entry = recovery.take(null);
        assertThat(entry.outcome()).isEqualTo(Outcome.PART);
        assertThat(entry.messages()).isEmpty();
    }

    @Test
    void isNotKnownWhereEverybodyHasLeft() {
        open(3);
        Recoveries.Recovery waiting = tail.recoveries().begin(at(5), most());
        Recoveries.Recovery reading = tail.recoveries().begin(at(1), most());
        answer(page(at(5)));
        tail.close();
        assertThat(waiting.ready().isComplete()).isTrue();
        answer(page(at(3), 2, 3));
        history.reads.remove().answer().fail("away");
        assertThat(reading.take(null).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void isNotKnownWhereTheHistoryCanNotBeRead() {
        open(3);
        Recoveries.Recovery recovery = tail.recoveries().begin(at(1), most());
        history.reads.remove().answer().fail(new ProtocolException(ErrorCode.UNAVAILABLE, "away"));
        assertThat(recovery.ready().succeeded()).isTrue();
        Entry entry = recovery.take(null);
        assertThat(entry.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Objects.requireNonNull(entry.error()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
}
