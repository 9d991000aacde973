package dev.fanfare.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A question to other instances, and their answers. */
final class Poll {
    /**
     * What it came to.
     *
     * @param sum of the answers
     * @param complete whether these are the answers of all
     */
    record Outcome(long sum, boolean complete) {}

    private final Map<String, Long> answers = new HashMap<>();
    private final Promise<Outcome> outcome = Promise.promise();
    private Set<String> asked = Set.of();
    private boolean all;

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

    /** An instance has answered. In a Redis Cluster it is asked more than once; its first answer counts. */
    void answer(String instance, long number) {
        if (asked.contains(instance)) {
            answers.putIfAbsent(instance, number);
            endIfAnswered();
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
        long sum = answers.values().stream().mapToLong(Long::longValue).sum();
        outcome.tryComplete(new Outcome(sum, complete));
    }

    /** Completes when all have answered, or with its end. */
    Future<Outcome> outcome() {
        return outcome.future();
    }
}
