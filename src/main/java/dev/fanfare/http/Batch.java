package dev.fanfare.http;

import dev.fanfare.bus.Receipt;
import dev.fanfare.bus.Submission;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Publications that are sent in their order, some at a time: none waits for the answer to the one before, and others on the loop get their turn.
 *
 * <p>One that stops at a failure has published a beginning of itself, so that the rest can be sent again and the order stays: what was under way at
 * that moment is on one link to Redis, and of that a link that breaks loses the end. Belongs to the event loop.
 */
final class Batch {
    /** So many are under way at most. */
    private static final int WINDOW = 64;

    private final Publisher publisher;
    private final List<Submission> submissions;
    private final boolean stopsAtFailure;
    private final List<Future<Receipt>> outcomes = new ArrayList<>();
    private final Promise<List<Future<Receipt>>> done = Promise.promise();
    private int underWay;
    private boolean stopped;
    private boolean sending;

    Batch(Publisher publisher, List<Submission> submissions, boolean stopsAtFailure) {
        this.publisher = publisher;
        this.submissions = submissions;
        this.stopsAtFailure = stopsAtFailure;
    }

    /** What became of each that was sent, when it is known of all. */
    Future<List<Future<Receipt>>> publish() {
        send();
        return done.future();
    }

    /** Not recursive, although one that is answered at once ends by calling it. */
    private void send() {
        if (sending) {
            return;
        }
        sending = true;
        while (outcomes.size() < submissions.size() && underWay < WINDOW && !stopped) {
            Submission next = submissions.get(outcomes.size());
            underWay++;
            Future<Receipt> outcome = publisher.publish(next);
            outcomes.add(outcome);
            outcome.onComplete(answered -> {
                underWay--;
                stopped |= stopsAtFailure && answered.failed();
                send();
            });
        }
        sending = false;
        if (underWay == 0) {
            done.tryComplete(outcomes);
        }
    }
}
