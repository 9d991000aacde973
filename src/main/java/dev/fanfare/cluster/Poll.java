package dev.fanfare.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A question to every instance, and their answers. */
final class Poll {
    private final Set<String> asked;
    private final Map<String, Long> answers = new HashMap<>();
    private final Promise<Long> sum = Promise.promise();

    Poll(Set<String> asked) {
        this.asked = Set.copyOf(asked);
    }

    /** An instance has answered; in a Redis Cluster it may do so more than once. */
    void answer(String instance, long count) {
        if (asked.contains(instance)) {
            answers.put(instance, count);
        }
        if (answers.size() == asked.size()) {
            sum.tryComplete(answers.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    /** The sum of what all have answered; never completes where one does not. */
    Future<Long> sum() {
        return sum.future();
    }
}
