package dev.fanfare.cluster;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What was sent over a link and not answered yet: batches, each in one write, answered in their order. */
final class Pipeline {
    private final Link.Listener listener;
    private final Link.Watcher watcher;
    private final Queue<Batch> unanswered = new ArrayDeque<>();

    /** Takes what becomes of a command. */
    interface Outcome {
        /**
         * Redis has carried it out.
         *
         * @param reply null where it was lost, since Redis refused another command of the batch
         */
        void confirmed(@Nullable Response reply);

        /**
         * Redis has not confirmed it. It may have carried it out all the same, unless {@code refusal} says why not: in Redis's words, or
         * {@link Link#DOWN}.
         */
        void unconfirmed(@Nullable String refusal);
    }

    /** A command on its way. */
    record Outgoing(Request request, Outcome outcome) {}

    private static final class Batch {
        final List<Outgoing> commands;
        final long sentAt;
        boolean answered;

        Batch(List<Outgoing> commands, long sentAt) {
            this.commands = commands;
            this.sentAt = sentAt;
        }
    }

    /** The listener is told when a batch is answered, the watcher of a channel that is elsewhere. */
    Pipeline(Link.Listener listener, Link.Watcher watcher) {
        this.listener = listener;
        this.watcher = watcher;
    }

    /** Sends commands in one write. */
    void send(Server server, List<Outgoing> commands, long now) {
        Batch batch = new Batch(commands, now);
        unanswered.add(batch);
        server.send(commands.stream().map(Outgoing::request).toList())
                .onComplete(
                        replies -> answered(batch, replies, new Refusals(false, Map.of())),
                        cause -> answered(batch, null, Refusals.of(cause)));
    }

    /** How long the oldest has been waiting, 0 where none is. */
    long age(long now) {
        Batch oldest = unanswered.peek();
        return oldest == null ? 0 : now - oldest.sentAt;
    }

    boolean isEmpty() {
        return unanswered.isEmpty();
    }

    /** The connection is lost: of none it is known what became of it, and answers count no more. */
    void giveUp() {
        while (!unanswered.isEmpty()) {
            answer(unanswered.remove(), null, new Refusals(true, Map.of()));
        }
    }

    private void answered(Batch batch, @Nullable List<Response> replies, Refusals refusals) {
        if (!batch.answered) {
            unanswered.remove(batch);
            answer(batch, replies, refusals);
        }
    }

    private void answer(Batch batch, @Nullable List<Response> replies, Refusals refusals) {
        batch.answered = true;
        boolean moved = false;
        for (int i = 0; i < batch.commands.size(); i++) {
            Outcome outcome = batch.commands.get(i).outcome();
            if (refusals.succeeded(i)) {
                outcome.confirmed(replies == null ? null : replies.get(i));
            } else {
                String refusal = refusals.refusal(i);
                moved |= refusal != null && Refusals.hasMoved(refusal);
                outcome.unconfirmed(refusal);
            }
        }
        if (moved) {
            watcher.moved(null);
        }
        listener.answered();
    }
}
