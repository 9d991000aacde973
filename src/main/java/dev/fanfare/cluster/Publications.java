package dev.fanfare.cluster;

import dev.fanfare.bus.RelayEvent;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What was published over a link and not confirmed yet: batches, each in one write, answered in their order. */
final class Publications {
    private final Link.Listener listener;
    private final Link.Watcher watcher;
    private final Queue<Batch> unconfirmed = new ArrayDeque<>();

    /** A message on its way to a channel. */
    record Outgoing(RelayEvent.Relay relay, Request request) {}

    private static final class Batch {
        final List<Outgoing> messages;
        final long sentAt;
        boolean answered;

        Batch(List<Outgoing> messages, long sentAt) {
            this.messages = messages;
            this.sentAt = sentAt;
        }
    }

    /** The listener is told of each message, the watcher of a channel that is elsewhere. */
    Publications(Link.Listener listener, Link.Watcher watcher) {
        this.listener = listener;
        this.watcher = watcher;
    }

    /** Sends messages in one write. */
    void send(Server server, List<Outgoing> messages, long now) {
        Batch batch = new Batch(messages, now);
        unconfirmed.add(batch);
        server.send(messages.stream().map(Outgoing::request).toList())
                .onComplete(
                        replies -> answered(batch, new Refusals(false, Map.of())),
                        cause -> answered(batch, Refusals.of(cause)));
    }

    /** How long the oldest has been waiting, 0 where none is. */
    long age(long now) {
        Batch oldest = unconfirmed.peek();
        return oldest == null ? 0 : now - oldest.sentAt;
    }

    boolean areAnswered() {
        return unconfirmed.isEmpty();
    }

    /** The connection is lost: of none it is known what became of it, and answers count no more. */
    void giveUp() {
        while (!unconfirmed.isEmpty()) {
            answer(unconfirmed.remove(), null);
        }
    }

    private void answered(Batch batch, Refusals refusals) {
        if (!batch.answered) {
            unconfirmed.remove(batch);
            answer(batch, refusals);
        }
    }

    /** {@code refusals} is null where nothing is known. */
    private void answer(Batch batch, @Nullable Refusals refusals) {
        batch.answered = true;
        boolean moved = false;
        for (int i = 0; i < batch.messages.size(); i++) {
            String refusal = refusals == null ? null : refusals.refusal(i);
            moved |= refusal != null && Refusals.hasMoved(refusal);
            listener.relayed(batch.messages.get(i).relay(), refusals != null && refusals.succeeded(i), refusal);
        }
        if (moved) {
            watcher.moved(null);
        }
    }
}
