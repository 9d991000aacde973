package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.WireFormat;
import io.netty.buffer.ByteBuf;

/** Somebody who gets messages. */
interface Subscriber {
    /** How it wants to see them. */
    WireFormat format();

    /**
     * Takes whole encoded messages. The buffer is shared with other subscribers and stays the caller's: whoever keeps
     * it takes a retained duplicate.
     *
     * @return whether they were taken
     */
    boolean deliver(ByteBuf batch);

    /** Whether so much of what it got earlier is still unsent that {@link #deliver} would cut it off. */
    boolean isSlow();

    /** Whether some of what it got earlier is unsent, more than a socket takes at once. */
    boolean isCongested();

    /** Runs {@code action} when it can take more. */
    void whenWritable(Runnable action);

    /** It is too slow for what it should get. */
    void cutOff();

    /** Messages of the channel are lost: it goes on behind {@code position}. */
    void lost(ChannelName channel, Position position);
}
