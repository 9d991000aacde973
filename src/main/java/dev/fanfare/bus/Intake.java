package dev.fanfare.bus;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.Publication;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What is published without a session and is not in its place yet: so much of it from all clients of an instance, as much from its application, and no message larger than allowed. What is let in
 * waits, on each loop, for the credit that the loop has with the hub. Called by any thread.
 */
public final class Intake {
    /** How much that may be, in bytes as {@link Credit} counts them; one message may be more, where it is alone. */
    public static final long MOST = 16L << 20;

    private final int maxMessageSize;
    private final AtomicLong underWay = new AtomicLong();

    /** @param maxMessageSize in bytes */
    public Intake(int maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    /**
     * Looks whether it is as small as messages have to be.
     *
     * @throws ProtocolException where it is not
     */
    public void check(Publication publication) throws ProtocolException {
        if (publication.payload().size() > maxMessageSize) {
            throw new ProtocolException(ErrorCode.TOO_LARGE, "a message may have " + maxMessageSize + " bytes");
        }
    }

    /**
     * Lets it in, where there is room; fails with a {@link ProtocolException} where not.
     *
     * @param way how it is published, until it is in its place
     */
    public <T> Future<T> admit(Publication publication, Supplier<Future<T>> way) {
        try {
            check(publication);
        } catch (ProtocolException e) {
            return Future.failedFuture(e);
        }
        int size = Credit.bytes(publication);
        if (underWay.addAndGet(size) > Math.max(MOST, size)) {
            underWay.addAndGet(-size);
            return Future.failedFuture(
                    new ProtocolException(ErrorCode.RATE_LIMITED, "more is published than can be delivered"));
        }
        // Composed, so that one that throws gives its room back, too.
        return Future.succeededFuture()
                .compose(admitted -> way.get())
                .onComplete(answered -> underWay.addAndGet(-size));
    }
}
