package dev.fanfare.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PollTest {
    private final Poll<Long> poll = new Poll<>(Wording.NUMBER);

    private static Poll.Outcome<Long> outcome(boolean complete, long... answers) {
        return new Poll.Outcome<>(LongStream.of(answers).boxed().toList(), complete);
    }

    @Test
    void takesNoAnswerToAnotherQuestion() {
        poll.begin(Set.of("a"), true);
        assertThat(poll.answer("a", "end")).isFalse();
        assertThat(poll.outcome().isComplete()).isFalse();
        assertThat(poll.answer("a", "7")).isTrue();
        assertThat(Poll.sum(poll.outcome().result())).isEqualTo(7);
    }

    @Test
    void endsWhenAllHaveAnswered() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("a", "2");
        assertThat(poll.outcome().isComplete()).isFalse();
        poll.answer("b", "3");
        assertThat(poll.outcome().result()).isEqualTo(outcome(true, 2, 3));
    }

    @Test
    void isOverAtOnceWhereThereIsNobodyElse() {
        poll.begin(Set.of(), true);
        assertThat(poll.outcome().result()).isEqualTo(outcome(true));
    }

    @Test
    void isIncompleteWhereOneDoesNotAnswerInTime() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("b", "3");
        poll.end();
        assertThat(poll.outcome().result()).isEqualTo(outcome(false, 3));
        poll.answer("a", "2");
        assertThat(poll.outcome().result()).isEqualTo(outcome(false, 3));
    }

    @Test
    void isIncompleteWhereThereMayBeOthers() {
        poll.begin(Set.of("a"), false);
        poll.answer("a", "2");
        assertThat(poll.outcome().result()).isEqualTo(outcome(false, 2));
    }

    @Test
    void isIncompleteWhereItsTimeIsOverBeforeAnybodyIsAsked() {
        poll.end();
        poll.begin(Set.of("a"), true);
        assertThat(poll.outcome().result()).isEqualTo(outcome(false));
    }

    @Test
    void takesTheFirstAnswerOfAnInstanceAndNoneOfAStranger() {
        poll.begin(Set.of("a", "b"), true);
        poll.answer("a", "2");
        poll.answer("a", "0");
        poll.answer("stranger", "7");
        poll.answer("b", "1");
        assertThat(poll.outcome().result()).isEqualTo(outcome(true, 2, 1));
    }
}
