package dev.fanfare.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscription has got. It gives each message to the handler once and in order, and tells what is lost.
 *
 * <p>Every message up to its {@code place} has been given to the callbacks or told as lost. It belongs to the loop, but for {@link #delivered} and
 * {@link #end}.
 */
final class Progress {
    private final Callbacks callbacks;
    private final String channel;
    private final SubscribeOptions options;
    private final Consumer<Message> handler;

    private @Nullable Position place;
    /** Whether the next message may be the newest of the past, given as a greeting. */
    private boolean greeting;
    /** What was acknowledged of the present epoch; 0 for nothing. */
    private long acknowledged;

    private volatile @Nullable Position delivered;
    private volatile boolean ended;

    Progress(Callbacks callbacks, String channel, SubscribeOptions options, Consumer<Message> handler) {
        this.callbacks = callbacks;
        this.channel = channel;
        this.options = options;
        this.handler = handler;
        this.place = options.from();
    }

    @Nullable
    Position place() {
        return place;
    }

    /** Up to where callbacks have dealt with it. */
    @Nullable
    Position delivered() {
        return delivered;
    }

    /** From now on no callback is called. */
    void end() {
        ended = true;
    }

    void greeted(boolean expected) {
        greeting = expected;
    }

    /** Remembers what was acknowledged; false where that is nothing new. */
    boolean acknowledge(long offset) {
        boolean isNew = offset > acknowledged;
        acknowledged = Math.max(offset, acknowledged);
        return isNew;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** It stands here now, when what was given to the callbacks before has been dealt with. */
    void reach(@Nullable Position now) {
        place = now;
        callbacks.run(() -> delivered = now);
    }

    /** Whether it stands there or behind. */
    boolean reaches(Position other) {
        return place != null && place.reaches(other);
    }

    /** It goes on behind this position; what it has not got up to there is lost. */
    void lose(@Nullable Position after) {
        Loss loss = new Loss(channel, place, after);
        if (place == null || after == null || !place.epoch().equals(after.epoch())) {
            acknowledged = 0;
        }
        call(() -> options.onLost().accept(loss));
        reach(after);
    }

    /** Gives a message of this history to the handler, unless it has had it. */
    void hand(Received message, @Nullable Position history) {
        boolean greeted = greeting;
        greeting = false;
        Position at = history == null || message.offset < 0 ? null : new Position(history.epoch(), message.offset);
        boolean old = at != null && reaches(at);
        if (old && !greeted) {
            return;
        }
        if (at != null && !old) {
            place = at;
        }
        Message whole = message.message(at);
        Position reached = place;
        callbacks.run(() -> {
            try {
                if (!ended) {
                    handler.accept(whole);
                }
            } finally {
                delivered = reached;
            }
        });
    }

    /** Tells who has come or gone. */
    void tell(Consumer<Member> told, Received message) {
        call(() -> told.accept(Members.one(message.data)));
    }

    private void call(Runnable callback) {
        callbacks.run(() -> {
            if (!ended) {
                callback.run();
            }
        });
    }
}
