package dev.fanfare.http;

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
}
