package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;

/**
 * What is known of a channel.
 *
 * @param subscribers how many sessions are subscribed to it, at least one
 */
public record ChannelInfo(ChannelName channel, long subscribers) {
    /** The same channel as two know it that have different sessions. */
    ChannelInfo and(ChannelInfo other) {
        return new ChannelInfo(channel, subscribers + other.subscribers);
    }
}
