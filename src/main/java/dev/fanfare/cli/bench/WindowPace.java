package dev.fanfare.cli.bench;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Closed loop: a sliding window over the sequence numbers. A message is done when every subscriber of every loop has
 * it, and the next may be sent when the oldest is done; so a lost message stalls the run, which the account at its end
 * then explains.
 *
 * <p>{@code unfinished} is shared by the loops; all else belongs to the publisher's loop, or to one loop's share.
 */
final class WindowPace implements Pace {

    private final int size;
    private final int loops;
    private final int mask;
    private final AtomicIntegerArray unfinished;
    private int done;
    private int sent;

    WindowPace(int size, int loops) {
        this.size = size;
        this.loops = loops;
        int slots = size == 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
        this.mask = slots - 1;
        this.unfinished = new AtomicIntegerArray(slots);
    }

    @Override
    public long due(int sequence, long now) {
        while (done < sent && unfinished.get(done & mask) == 0) {
            done++;
        }
        return sequence < done + size ? now : UNKNOWN;
    }

    @Override
    public void sending(int sequence) {
        unfinished.set(sequence & mask, loops);
        sent = sequence + 1;
    }

    @Override
    public Arrivals arrivals(int subscribers, Runnable wake) {
        int[] missing = new int[mask + 1];
        Arrays.fill(missing, subscribers);
        return sequence -> {
            int slot = sequence & mask;
            if (--missing[slot] == 0) {
                missing[slot] = subscribers;
                if (unfinished.decrementAndGet(slot) == 0 && loops > 1) {
                    wake.run();
                }
            }
        };
    }
}
