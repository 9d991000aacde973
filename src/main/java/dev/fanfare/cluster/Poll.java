package dev.fanfare.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A question to other instances, and their answers.
 *
 * @param <A> the type of the answers
 */
final class Poll<A> {
    /**
     * What it came to.
     *
     * @param complete whether these are the answers of all
     * @param <A> the type of the answers
     */
    record Outcome<A>(List<A> answers, boolean complete) {
        Outcome {
            answers = List.copyOf(answers);
        }
    }

    private final Wording<A> wording;
    private final Map<String, A> answers = new HashMap<>();
    private final Promise<Outcome<A>> outcome = Promise.promise();
    private Set<String> asked = Set.of();
    private boolean all;

    Poll(Wording<A> wording) {
        this.wording = wording;
    }

    /**
     * It is asked now, once.
     *
     * @param all whether there are no others
     */
    void begin(Set<String> instances, boolean all) {
        this.asked = Set.copyOf(instances);
        this.all = all;
        endIfAnswered();
    }

    /**
     * An instance has answered. In a Redis Cluster it is asked more than once; its first answer counts. Returns whether the text is an answer to
     * this question.
     */
    boolean answer(String instance, String text) {
        try {
            A answer = wording.read(text);
            if (asked.contains(instance)) {
                answers.putIfAbsent(instance, answer);
                endIfAnswered();
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void endIfAnswered() {
        if (answers.size() == asked.size()) {
            end(all);
        }
    }

    /** Waits no longer. */
    void end() {
        end(false);
    }

    private void end(boolean complete) {
        outcome.tryComplete(new Outcome<>(List.copyOf(answers.values()), complete));
    }

    /** Completes when all have answered, or with its end. */
    Future<Outcome<A>> outcome() {
        return outcome.future();
    }

    /** What answers that are numbers come to. */
    static long sum(Outcome<Long> outcome) {
        return outcome.answers().stream().mapToLong(Long::longValue).sum();
    }
}
