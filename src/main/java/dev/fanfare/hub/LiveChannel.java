package dev.fanfare.hub;

import dev.fanfare.bus.LoopNotice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A channel without history: a message goes at once to the loops that hold subscribers, and is then forgotten. Where
 * there are other instances, those who join wait until the messages of these come too. Belongs to the hub's event loop.
 */
final class LiveChannel {
    private final BitSet loops = new BitSet();
    private final List<LoopNotice.Join> waiting = new ArrayList<>(1);
    private final long subscription;
    private boolean open;

    /** Opened by {@link #open} with the same number. */
    LiveChannel(long subscription) {
        this.subscription = subscription;
    }

    /** Those who joined wait no longer; returns them, in their order. */
    List<LoopNotice.Join> open(long confirmed) {
        if (confirmed != subscription) {
            return List.of();
        }
        open = true;
        List<LoopNotice.Join> joined = List.copyOf(waiting);
        waiting.clear();
        joined.forEach(join -> loops.set(join.loop()));
        return joined;
    }

    /** Whether it joined at once; else {@link #open} returns it. */
    boolean join(LoopNotice.Join notice) {
        if (open) {
            loops.set(notice.loop());
        } else {
            waiting.add(notice);
        }
        return open;
    }

    void leave(int loop) {
        loops.clear(loop);
        waiting.removeIf(join -> join.loop() == loop);
    }

    boolean isEmpty() {
        return loops.isEmpty() && waiting.isEmpty();
    }

    void forEachLoop(IntConsumer action) {
        loops.stream().forEach(action);
    }
}
