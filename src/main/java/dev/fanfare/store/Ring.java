package dev.fanfare.store;

import dev.fanfare.protocol.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The newest messages of a channel, each found by its age at once. */
final class Ring {
    private static final int FIRST = 8;

    private @Nullable Message[] slots = new Message[FIRST];
    private int oldest;
    private int size;

    int size() {
        return size;
    }

    void add(Message message) {
        if (size == slots.length) {
            grow();
        }
        slots[slot(size)] = message;
        size++;
    }

    /** The message that so many older ones are in front of. */
    Message get(int index) {
        return Objects.requireNonNull(slots[slot(Objects.checkIndex(index, size))]);
    }

    Message removeOldest() {
        Message removed = get(0);
        slots[oldest] = null;
        oldest = slot(1);
        size--;
        return removed;
    }

    void clear() {
        slots = new Message[FIRST];
        oldest = 0;
        size = 0;
    }

    private int slot(int index) {
        return (oldest + index) & (slots.length - 1);
    }

    private void grow() {
        @Nullable Message[] larger = new Message[slots.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = slots[slot(i)];
        }
        slots = larger;
        oldest = 0;
    }
}
