package dev.fanfare.hub;

import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * A channel without history: a message goes at once to the loops that hold subscribers, and is then forgotten. Belongs
 * to the hub's event loop.
 */
final class LiveChannel {
    private final BitSet loops = new BitSet();

    void join(int loop) {
        loops.set(loop);
    }

    void leave(int loop) {
        loops.clear(loop);
    }

    boolean isEmpty() {
        return loops.isEmpty();
    }

    void forEachLoop(IntConsumer action) {
        loops.stream().forEach(action);
    }
}
