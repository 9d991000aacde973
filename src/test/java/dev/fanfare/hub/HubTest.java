package dev.fanfare.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.bus.Credit;
import dev.fanfare.bus.LoopBatch;
import dev.fanfare.bus.LoopNotice;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubTest {
    private static final String LARGE = "x".repeat((int) Outboxes.LOOP_CREDIT);

    private final HubFixture fixture = new HubFixture().attach(0, 1);

    @Test
    void deliversToTheLoopsThatJoinedAndAnswersBehindTheDelivery() {
        long joined = fixture.join(0, "a");
        long published = fixture.publish(0, "a", "one");

        assertThat(fixture.tick(0)).containsExactly("joined " + joined, "one", "published " + published);
        assertThat(fixture.tick(1)).isEmpty();
    }

    @Test
    void sendsALoopOneBatchATickInOrder() {
        fixture.join(0, "a");
        fixture.join(0, "b");
        fixture.tick(0);
        fixture.publish(1, "a", "one");
        fixture.publish(1, "b", "two");
        fixture.publish(1, "a", "three");

        assertThat(fixture.own.queued()).isEqualTo(1);
        assertThat(fixture.tick(0)).containsExactly("one", "two", "three");
    }

    @Test
    void countsABatchByItsPayloadsAndAnOverheadForEachEvent() {
        fixture.join(0, "a");
        fixture.publish(0, "a", "12345");
        fixture.own.settle();

        assertThat(fixture.take(0)).singleElement().extracting(LoopBatch::bytes).isEqualTo(3L * Credit.OVERHEAD + 5);
        assertThat(fixture.queuedForLoops()).isEqualTo(3.0 * Credit.OVERHEAD + 5);
    }

    @Test
    void broadcastsToEveryLoop() {
        long published = fixture.publish(1, null, "all");

        assertThat(fixture.tick(0)).containsExactly("all");
        assertThat(fixture.tick(1)).containsExactly("all", "published " + published);
    }

    @Test
    void answersAPublicationThatNobodyHears() {
        long published = fixture.publish(0, "a", "one");
        assertThat(fixture.tick(0)).containsExactly("published " + published);
    }

    @Test
    void deliversNothingAfterALoopHasLeft() {
        fixture.join(0, "a");
        fixture.publish(1, "a", "before");
        fixture.leave(0, "a");
        fixture.publish(1, "a", "after");

        assertThat(fixture.tick(0)).endsWith("before");
    }

    @Test
    void showsHowManyChannelsHaveSubscribers() {
        fixture.join(0, "a");
        fixture.join(1, "a");
        fixture.join(1, "b");
        assertThat(fixture.gauge("fanfare.channels")).isEqualTo(2);
        fixture.leave(1, "b");
        fixture.leave(1, "b");
        fixture.leave(1, "a");
        assertThat(fixture.gauge("fanfare.channels")).isEqualTo(1);
        fixture.hub.detach(new LoopNotice.Detach(0));
        assertThat(fixture.gauge("fanfare.channels")).isZero();
    }

    @Test
    void holdsEverythingWhileALoopIsBehindAndLosesNothing() {
        fixture.join(0, "a");
        fixture.publish(1, "a", LARGE);
        fixture.own.settle();
        long bytes = fixture.take(0).get(0).bytes();
        fixture.take(1);

        long held = fixture.publish(1, "other", "held");
        long joined = fixture.join(1, "a");
        fixture.publish(1, "a", "second");
        fixture.leave(1, "a");
        fixture.publish(1, "a", "third");
        assertThat(fixture.tick(1)).as("unanswered").isEmpty();

        fixture.delivered(0, bytes);
        assertThat(fixture.tick(0)).containsExactly("second", "third");
        assertThat(fixture.tick(1))
                .containsExactly(
                        "published " + held,
                        "joined " + joined,
                        "second",
                        "published " + (joined + 1),
                        "published " + (joined + 2));
    }

    @Test
    void isHeldAgainByWhatWaited() {
        fixture.join(0, "a");
        fixture.publish(1, "a", LARGE);
        fixture.publish(1, "a", LARGE);
        fixture.publish(1, "a", "last");
        fixture.own.settle();
        fixture.delivered(0, fixture.take(0).get(0).bytes());
        assertThat(fixture.tick(0)).containsExactly(LARGE);
    }

    @Test
    void aLoopThatDetachesHoldsNobodyUp() {
        fixture.join(0, "a");
        fixture.publish(1, "a", LARGE);
        long held = fixture.publish(1, "a", "held");
        fixture.tick(1);

        fixture.hub.detach(new LoopNotice.Detach(0));

        assertThat(fixture.tick(1)).containsExactly("published " + held);
        assertThat(fixture.emptied).isEmpty();
        fixture.delivered(0, 1);
    }

    @Test
    void aLoopThatDetachesTakesWhatWasUnderWayToItOutOfTheGauge() {
        fixture.join(0, "a");
        fixture.tick(0);
        fixture.hub.detach(new LoopNotice.Detach(0));
        fixture.delivered(0, Credit.OVERHEAD);
        assertThat(fixture.queuedForLoops()).isZero();
    }

    @Test
    void tellsWhenTheLastLoopHasDetached() {
        assertThat(fixture.hub.isEmpty()).isFalse();
        fixture.hub.detach(new LoopNotice.Detach(1));
        assertThat(fixture.emptied).isEmpty();
        fixture.hub.detach(new LoopNotice.Detach(0));
        assertThat(fixture.emptied).isEqualTo(List.of("empty"));
        assertThat(fixture.hub.isEmpty()).isTrue();
    }
}
