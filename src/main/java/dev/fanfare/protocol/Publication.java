package dev.fanfare.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What somebody asks to be delivered.
 *
 * @param channel where to, or null for a broadcast: to every session
 * @param receivedAt when its last byte was read, by {@link System#nanoTime()}
 */
public record Publication(@Nullable ChannelName channel, MessageType type, Payload payload, long receivedAt) {}
