package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;

/** How messages look to one kind of subscriber. Subscribers that share a format share the encoded bytes. */
public interface WireFormat {
    /** Appends {@code message} to {@code out}: whole frames, ready for the socket. */
    void encode(Message message, ByteBuf out);
}
