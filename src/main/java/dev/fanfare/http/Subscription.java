package dev.fanfare.http;

import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Member;
import org.jspecify.annotations.Nullable;

/**
 * What a session is on one of its channels.
 *
 * @param member as whom others see it, or null where they don't
 * @param consumer who it is where it may acknowledge, or null
 * @param epoch of the history that it gets, or null where there is none
 */
record Subscription(
        @Nullable Member member,
        @Nullable ConsumerName consumer,
        @Nullable String epoch) {
    /** On a channel that keeps nothing. */
    static final Subscription LIVE = new Subscription(null, null, null);

    Subscription at(String otherEpoch) {
        return new Subscription(member, consumer, otherEpoch);
    }
}
