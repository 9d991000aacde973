package dev.fanfare.cli.bench;

import java.util.BitSet;

/** One subscriber's account of the sequence numbers it got: what is missing, what came twice, what came late. */
final class Ledger {

    private int expected;
    private int doubled;
    private int late;
    private final BitSet skipped = new BitSet(0);

    /** Enters a message; true when it came for the first time. */
    boolean enter(int sequence) {
        if (sequence == expected) {
            expected++;
            return true;
        }
        return outOfTurn(sequence);
    }

    private boolean outOfTurn(int sequence) {
        if (sequence > expected) {
            skipped.set(expected, sequence);
            expected = sequence + 1;
            return true;
        }
        if (skipped.get(sequence)) {
            skipped.clear(sequence);
            late++;
            return true;
        }
        doubled++;
        return false;
    }

    /** Messages that never came, of so many sent. */
    int lost(int sent) {
        return Math.max(0, sent - expected) + skipped.cardinality();
    }

    int doubled() {
        return doubled;
    }

    /** Messages that came after one that was sent later. */
    int outOfOrder() {
        return late;
    }
}
