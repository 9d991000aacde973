package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;

/**
 * Somebody comes or goes.
 *
 * @param joins whether he comes
 * @param announced whether the subscribers of the channel are told
 */
public record PresenceChange(ChannelName channel, Member member, boolean joins, boolean announced) {}
