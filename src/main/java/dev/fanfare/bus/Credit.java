package dev.fanfare.bus;

import dev.fanfare.protocol.Publication;
import java.util.function.LongConsumer;

/**
 * How much may be under way on the bus between a sender and a receiver, in bytes. One message may exceed what is left,
 * so that none is too large to be sent; after it nothing more may go until the receiver has caught up. Belongs to its
 * sender's event loop.
 */
public final class Credit {
    /** What a message counts for beside its payload: about what its objects take while it is under way. */
    public static final int OVERHEAD = 512;

    private final long limit;
    private final LongConsumer changes;
    private long used;

    /** {@code changes} is told of every change, for a gauge. */
    public Credit(long limit, LongConsumer changes) {
        this.limit = limit;
        this.changes = changes;
    }

    /** What a message counts for. */
    public static int bytes(Publication publication) {
        return OVERHEAD + publication.payload().size();
    }

    /** Whether something may be sent. */
    public boolean available() {
        return used < limit;
    }

    /** So many bytes were sent. */
    public void take(long bytes) {
        used += bytes;
        changes.accept(bytes);
    }

    /** So many bytes have arrived. */
    public void giveBack(long bytes) {
        used -= bytes;
        changes.accept(-bytes);
    }
}
