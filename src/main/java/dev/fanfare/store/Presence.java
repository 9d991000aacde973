package dev.fanfare.store;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import io.vertx.core.Future;
import java.util.List;

/**
 * Who is subscribed to which channel. Where it is to be announced, a message of the type {@code join} or {@code leave} comes to the feed that the presence was
 * made with, on every instance, once: its payload is the member as JSON, and it has no position.
 *
 * <p>Belongs to one event loop, on which it is called and its futures complete. They fail with a {@link dev.fanfare.protocol.ProtocolException}:
 * {@code unavailable}. What could not be told to the others is told as soon as they are there again.
 */
public interface Presence {
    /** A member is there; nothing happens where it was already. */
    Future<Void> join(ChannelName channel, Member member, boolean announced);

    /** A member is not there any more; nothing happens where it was not. */
    Future<Void> leave(ChannelName channel, Member member, boolean announced);

    /** All who are there, on every instance, in no order. */
    Future<List<Member>> members(ChannelName channel);

    /** How many are there. */
    Future<Long> count(ChannelName channel);
}
