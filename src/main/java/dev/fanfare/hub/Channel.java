package dev.fanfare.hub;

import dev.fanfare.bus.LoopNotice;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel with subscribers here. A message of a channel without a history goes at once to the loops that hold them, and is then forgotten; one with
 * a history goes by its {@link Tail}. Those who join wait until the messages of other instances come too. Belongs to the hub's event loop.
 */
final class Channel {
    private final ChannelTraits traits;
    private final long subscription;
    private final Receivers receivers;
    private final @Nullable Tail tail;
    private final List<LoopNotice.Join> waiting = new ArrayList<>(1);
    private boolean open;

    /**
     * @param subscription the bridge's ticket, by which its answer is known to be meant for this one
     * @param tail null for a channel without a history
     */
    Channel(ChannelTraits traits, long subscription, Receivers receivers, @Nullable Tail tail) {
        this.traits = traits;
        this.subscription = subscription;
        this.receivers = receivers;
        this.tail = tail;
    }

    ChannelTraits traits() {
        return traits;
    }

    @Nullable
    Tail tail() {
        return tail;
    }

    long subscription() {
        return subscription;
    }

    /** Those who joined wait no longer; returns them, in their order. */
    List<LoopNotice.Join> open() {
        open = true;
        List<LoopNotice.Join> joined = waiting();
        waiting.clear();
        joined.forEach(join -> receivers.add(join.loop()));
        return joined;
    }

    /** Those who still wait. */
    List<LoopNotice.Join> waiting() {
        return List.copyOf(waiting);
    }

    /** Whether it joined at once; else {@link #open} returns it. */
    boolean join(LoopNotice.Join notice) {
        if (open) {
            receivers.add(notice.loop());
        } else {
            waiting.add(notice);
        }
        return open;
    }

    void leave(int loop) {
        receivers.remove(loop);
        waiting.removeIf(join -> join.loop() == loop);
    }

    boolean isEmpty() {
        return receivers.isEmpty() && waiting.isEmpty();
    }

    /** A message came: it is delivered when it is its turn, at once where it is in no history. */
    void receive(Message message) {
        if (tail != null && message.position() != null) {
            tail.receive(message);
        } else {
            receivers.deliver(message);
        }
    }

    /** Mends the history where there is one, and messages may have been lost on the way here. */
    void mend() {
        if (open && tail != null) {
            tail.mend();
        }
    }
}
