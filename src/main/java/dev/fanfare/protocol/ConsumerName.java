package dev.fanfare.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who acknowledges what he gets of a channel, and later goes on behind it.
 *
 * @param user whose consumer it is, null for those of nobody, which all who are nobody share
 * @param name 1 to 128 of {@code A-Z a-z 0-9 _ . : -}, unique for the user
 */
public record ConsumerName(ChannelName channel, @Nullable String user, String name) {}
