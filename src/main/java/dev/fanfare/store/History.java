package dev.fanfare.store;

import dev.fanfare.protocol.Append;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.HistoryPage;
import dev.fanfare.protocol.HistoryQuery;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.Retention;
import io.vertx.core.Future;

/**
 * The histories of channels. Each has an epoch, and gives its messages offsets without a gap, from 1. It keeps as many messages as
 * {@link Retention#size}, and all of them until {@link Retention#ttl} after the last one; its epoch and its offset until a day longer after they were
 * used last. Then it is as if it had never been. Of several retentions that of the last use holds.
 *
 * <p>What is appended, by whomever, comes to the feed that the history was made with: in the order of offsets, once each, unless messages between
 * the instances are lost; then there is a gap, which {@link #read} fills.
 *
 * <p>Belongs to one event loop, on which it is called and its futures complete. They fail with a {@link dev.fanfare.protocol.ProtocolException}:
 * {@code unavailable} where it is not known whether it was done.
 */
public interface History {
    /** How long a key is remembered, in milliseconds. */
    long KEY_TTL = 300_000;

    /** How long epoch and offset are kept after all messages have expired, in milliseconds. */
    long POSITION_TTL = 86_400_000;

    /** How many consumers a channel has at most. */
    int MOST_CONSUMERS = 1_000;

    /**
     * Gives a message its place. Where its key was used before in the same epoch, nothing is appended, nothing is kept for longer, and the place is
     * that of the first one.
     */
    Future<Position> append(Append append);

    /**
     * Reads a part; a channel without a history has one from then on, where the query {@linkplain HistoryQuery#begins() begins} it. Offsets in a page follow each other, unless a message of the history was
     * damaged from outside: it is left out.
     */
    Future<HistoryPage> read(HistoryQuery query);

    /**
     * Behind which position a consumer goes on: that which it has acknowledged last, or where it is new, the newest there is. It is kept as long as the epoch
     * is. Fails with {@code limit_exceeded} where there are {@link #MOST_CONSUMERS} of the channel already.
     */
    Future<Position> resume(ConsumerName consumer, Retention retention);

    /**
     * A consumer has all up to a position. One that is unknown is added, as where it did not {@link #resume}, or did so in an epoch that is over. Nothing happens where
     * it has acknowledged more, where the history has not come so far or has another epoch, and where there are {@link #MOST_CONSUMERS} of the channel already.
     */
    void acknowledge(ConsumerName consumer, Position position);
}
