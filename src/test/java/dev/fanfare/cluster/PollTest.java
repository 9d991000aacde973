package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PollTest {
    private final Poll poll = new Poll();

    @Test
    void endsWhenAllHaveAnswered() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("a", 2);
        assertThat(poll.outcome().isComplete()).isFalse();
        poll.answer("b", 3);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(5, true));
    }

    @Test
    void isOverAtOnceWhereThereIsNobodyElse() {
        poll.begin(Set.of(), true);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(0, true));
    }

    @Test
    void isIncompleteWhereOneDoesNotAnswerInTime() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("b", 3);
        poll.end();
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(3, false));
        poll.answer("a", 2);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(3, false));
    }

    @Test
    void isIncompleteWhereThereMayBeOthers() {
        poll.begin(Set.of("a"), false);
        poll.answer("a", 2);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(2, false));
    }

    @Test
    void isIncompleteWhereItsTimeIsOverBeforeAnybodyIsAsked() {
        poll.end();
        poll.begin(Set.of("a"), true);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(0, false));
    }

    @Test
    void takesTheFirstAnswerOfAnInstanceAndNoneOfAStranger() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("a", 2);
        poll.answer("a", 0);
        poll.answer("stranger", 7);
        poll.answer("b", 1);
        assertThat(poll.outcome().result()).isEqualTo(new Poll.Outcome(3, true));
    }
}
