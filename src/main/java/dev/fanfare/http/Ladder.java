package dev.fanfare.http;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Position;
import org.jspecify.annotations.Nullable;

/** What becomes of a channel's subscribers who do not take its messages as fast as they come, where they are not cut off. */
interface Ladder {
    /** Whether it is to be left out from now on. */
    boolean isBehind(Subscriber subscriber);

    /**
     * It is left out.
     *
     * @param before behind which position it has got nothing, null on a channel without a history
     */
    void fall(Subscriber subscriber, @Nullable Position before);

    /** It is not subscribed any more; returns whether it had been left out. */
    boolean remove(Subscriber subscriber);

    /** Messages of the channel are lost: it goes on behind {@code position}. */
    void lost(ChannelName channel, Position position);

    /** Up to where one who is left out has got the channel; null for one who is not, and on a channel without a history. */
    @Nullable
    Position position(Subscriber subscriber);

    /** How many are left out. */
    int size();
}
