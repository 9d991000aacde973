package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Entrance;
import dev.fanfare.bus.Entry;
import dev.fanfare.bus.Entry.Outcome;
import dev.fanfare.bus.LoopEvent;
import dev.fanfare.bus.LoopNotice;
import dev.fanfare.http.LoopFixture.CountingFormat;
import dev.fanfare.http.LoopFixture.Recorder;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final ChannelName A = new ChannelName("a");
    private static final ChannelTraits STORED = new ChannelTraits(true, false, false, false, false, false);
    private static final ChannelTraits CONFLATED = new ChannelTraits(false, false, false, false, false, true);

    private final LoopFixture fixture = new LoopFixture();
    private final CountingFormat format = new CountingFormat();
    private final Recorder fast = new Recorder(format);
    private final Recorder slow = new Recorder(format);

    @AfterEach
    void everythingIsReleased() {
        fixture.own.settle();
        fixture.assertAllReleased();
    }

    private void subscribe(ChannelTraits traits) {
        fixture.traits = traits;
        fixture.subscribe("a", fast, at(0));
        fixture.subscribe("a", slow, at(0));
        fixture.notices.clear();
    }

    private void deliver(int... offsets) {
        for (int offset : offsets) {
            fixture.subscribers.deliver(message(offset));
        }
        fixture.own.settle();
        fixture.notices.removeIf(LoopNotice.Delivered.class::isInstance);
    }

    private static Message message(int offset) {
        return LoopFixture.message("a", String.valueOf(offset)).at(at(offset));
    }

    private static Position at(long offset) {
        return new Position("e", offset);
    }

    /** The hub answers what was asked last. */
    private void answer(Outcome outcome, int at, int... offsets) {
        LoopNotice.Enter asked = (LoopNotice.Enter) fixture.notices.remove(0);
        List<Message> messages =
                Arrays.stream(offsets).mapToObj(LadderTest::message).toList();
        ProtocolException error =
                outcome == Outcome.FAILED ? new ProtocolException(ErrorCode.UNAVAILABLE, "away") : null;
        fixture.receive(
                new LoopEvent.Entered(asked.ticket(), List.of(new Entry(outcome, at(at), messages, null, error))));
        fixture.own.settle();
        fixture.notices.removeIf(LoopNotice.Delivered.class::isInstance);
    }

    private List<Entrance> asked() {
        return fixture.notices.stream()
                .flatMap(notice -> ((LoopNotice.Enter) notice).entrances().stream())
                .toList();
    }

    @Test
    void whoIsSlowReadsOnFromWhereItGotAndIsBackInTheSameStep() {
        subscribe(STORED);
        deliver(1, 2);
        slow.slow = true;
        deliver(3, 4);
        assertThat(fast.got).hasToString("1;2;3;4;");
        assertThat(slow.got).hasToString("1;2;");
        assertThat(fixture.notices).as("not before it can take more").isEmpty();

        slow.takeMore();
        assertThat(asked()).containsExactly(new Entrance(A, null, at(2), null));
        deliver(5);
        answer(Outcome.WHOLE, 5, 3, 4, 5);
        deliver(6);
        assertThat(slow.got).hasToString("1;2;3;4;5;6;");
        assertThat(fast.got).hasToString("1;2;3;4;5;6;");
        assertThat(fixture.subscriptions()).isEqualTo(2);
    }

    @Test
    void readsPartByPart() {
        subscribe(STORED);
        slow.slow = true;
        deliver(1, 2, 3);
        slow.takeMore();
        answer(Outcome.PART, 3, 1, 2);
        assertThat(slow.got).hasToString("1;2;");
        assertThat(fixture.notices).as("not before it can take more").isEmpty();
        slow.takeMore();
        assertThat(asked()).containsExactly(new Entrance(A, null, at(2), null));
        answer(Outcome.WHOLE, 3, 3);
        assertThat(slow.got).hasToString("1;2;3;");
    }

    @Test
    void isCutOffWhereTheHistoryHasMovedOn() {
        subscribe(STORED);
        slow.slow = true;
        deliver(1);
        slow.takeMore();
        answer(Outcome.LOST, 90);
        assertThat(slow.got).hasToString("cut off;");
    }

    @Test
    void triesAgainWhereTheHistoryCanNotBeRead() {
        subscribe(STORED);
        slow.slow = true;
        deliver(1);
        slow.takeMore();
        LoopNotice asked = fixture.notices.get(0);
        answer(Outcome.FAILED, 1);
        fixture.timers.advanceTimeBy(1, TimeUnit.SECONDS);
        fixture.timers.runScheduledPendingTasks();
        assertThat(fixture.notices).hasSize(1).doesNotContain(asked);
        answer(Outcome.WHOLE, 1, 1);
        assertThat(slow.got).hasToString("1;");
    }

    @Test
    void whoLeavesWhileItIsBehindIsForgotten() {
        subscribe(STORED);
        slow.slow = true;
        deliver(1);
        slow.takeMore();
        fixture.subscribers.remove(A, slow);
        assertThat(fixture.subscriptions()).isEqualTo(1);
        answer(Outcome.WHOLE, 1, 1);
        deliver(2);
        assertThat(slow.got).isEmpty();
        fixture.subscribers.remove(A, fast);
        assertThat(fixture.notices).containsExactly(new LoopNotice.Leave(3, A));
    }

    @Test
    void whoIsLeftBehindAloneStillHoldsTheChannel() {
        subscribe(STORED);
        slow.slow = true;
        deliver(1);
        fixture.subscribers.remove(A, fast);
        assertThat(fixture.notices).isEmpty();
        assertThat(fixture.subscribers.count(A)).isEqualTo(1);
        fixture.subscribers.remove(A, slow);
        assertThat(fixture.notices).containsExactly(new LoopNotice.Leave(3, A));
    }

    @Test
    void tellsWhatIsLostBehindWhatCameBefore() {
        subscribe(STORED);
        fixture.subscribers.deliver(message(1));
        fixture.subscribers.lost(A, at(7));
        deliver(8);
        assertThat(fast.got).hasToString("1;lost e:7;8;");
        slow.slow = true;
        deliver(9);
        slow.takeMore();
        assertThat(asked()).containsExactly(new Entrance(A, null, at(8), null));
        answer(Outcome.WHOLE, 9, 9);
    }

    @Test
    void whoIsSlowGetsTheNewestAlone() {
        subscribe(CONFLATED);
        deliver(1);
        slow.slow = true;
        deliver(2, 3);
        deliver(4);
        assertThat(slow.got).hasToString("1;");
        slow.takeMore();
        deliver(5);
        assertThat(slow.got).hasToString("1;4;5;");
        assertThat(fast.got).hasToString("1;2;3;4;5;");
        assertThat(fixture.registry
                        .get("fanfare.behind")
                        .tag("how", "conflated")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void getsTheNewestOfATickThatIsUnderWay() {
        subscribe(CONFLATED);
        slow.slow = true;
        deliver(1);
        fixture.subscribers.deliver(message(2));
        slow.takeMore();
        deliver(3);
        assertThat(slow.got).hasToString("2;3;");
    }
}
