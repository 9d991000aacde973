package dev.fanfare.http;

import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers that share a wire format, and the batch of what they get at the end of the tick. Each message is encoded
 * once, whoever many there are, and the batch is one buffer for all of them.
 */
final class Audience {
    /** A batch of so many bytes does not wait for the end of the tick. */
    static final int BATCH_LIMIT = 256 << 10;

    private static final Subscriber[] NOBODY = {};

    private final WireFormat format;
    private final ByteBufAllocator allocator;
    private final Tick tick;
    private final Meters meters;
    private final @Nullable Ladder ladder;
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    /** The set as an array, made anew after it changed, so that a delivery that ends a session disturbs no other. */
    private Subscriber @Nullable [] snapshot = NOBODY;

    private @Nullable ByteBuf batch;
    /** Where the channel stood in front of the batch. */
    private @Nullable Position before;

    private int messages;
    private boolean awaitsTick;

    /** @param ladder for those who are slow; null where they are cut off */
    Audience(WireFormat format, ByteBufAllocator allocator, Tick tick, Meters meters, @Nullable Ladder ladder) {
        this.format = format;
        this.allocator = allocator;
        this.tick = tick;
        this.meters = meters;
        this.ladder = ladder;
    }

    int size() {
        return subscribers.size();
    }

    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    /** From now on it gets what comes; what came before is written to the others first. */
    boolean add(Subscriber subscriber) {
        writeOut();
        snapshot = null;
        return subscribers.add(subscriber);
    }

    /** It gets what came until now, and nothing more. */
    boolean remove(Subscriber subscriber) {
        writeOut();
        snapshot = null;
        return subscribers.remove(subscriber);
    }

    /**
     * Up to where it was written out.
     *
     * @param at where the channel stands, or null
     */
    @Nullable
    Position written(@Nullable Position at) {
        return batch == null ? at : before;
    }

    /** @param at where the channel stands in front of the message, or null */
    void append(Message message, @Nullable Position at) {
        ByteBuf buffer = batch;
        if (buffer == null) {
            before = at;
            buffer = allocator.directBuffer(message.publication().payload().size() + 256);
            batch = buffer;
            if (!awaitsTick) {
                awaitsTick = true;
                tick.write(this::endTick);
            }
        }
        format.encode(message, buffer);
        messages++;
        if (buffer.readableBytes() >= BATCH_LIMIT) {
            writeOut();
        }
    }

    /** Tells each of the subscribers, behind what came until now. */
    void forEach(Consumer<Subscriber> action) {
        writeOut();
        for (Subscriber subscriber : snapshot()) {
            action.accept(subscriber);
        }
    }

    private void endTick() {
        awaitsTick = false;
        writeOut();
    }

    private void writeOut() {
        ByteBuf buffer = batch;
        if (buffer == null) {
            return;
        }
        batch = null;
        int taken = 0;
        for (Subscriber subscriber : snapshot()) {
            if (ladder != null && ladder.isBehind(subscriber)) {
                subscribers.remove(subscriber);
                snapshot = null;
                ladder.fall(subscriber, before);
            } else if (subscriber.deliver(buffer)) {
                taken++;
            }
        }
        meters.delivered((long) taken * messages, (long) taken * buffer.readableBytes());
        messages = 0;
        buffer.release();
    }

    private Subscriber[] snapshot() {
        Subscriber[] current = snapshot;
        if (current == null) {
            current = subscribers.toArray(NOBODY);
            snapshot = current;
        }
        return current;
    }
}
