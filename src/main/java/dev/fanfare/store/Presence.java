package dev.fanfare.store;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import io.vertx.core.Future;
import java.util.List;

/**
 * Who is subscribed to which channel. Where it is to be announced, a message of the type {@code join} or {@code leave} comes to the feed that the presence was
 * made with, on every instance whose clients are on the channel: once, exactly when somebody has come or gone. Its payload is {@link Member#json}, and it has no position.
 *
 * <p>What is told of a channel is done in its order. Who leaves and comes back before others were told may have been there all the time.
 *
 * <p>Belongs to one event loop, on which it is called and its futures complete. They fail with a {@link dev.fanfare.protocol.ProtocolException}:
 * {@code unavailable}. What could not be told to the others is told, and announced, as soon as they are there again.
 */
public interface Presence {
    /** A member is there; nothing happens where it was already, and where it was there as another, that one leaves. */
    Future<Void> join(ChannelName channel, Member member, boolean announced);

    /** Whoever is there with this member's session is not any more; nothing happens where there is nobody. */
    Future<Void> leave(ChannelName channel, Member member, boolean announced);

    /** All who are there, on every instance, in no order. Fails with {@code too_large} where they are more than {@link MemberList} holds. */
    Future<List<Member>> members(ChannelName channel);

    /** How many are there. */
    Future<Long> count(ChannelName channel);
}
