package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * How a subscriber comes to a channel.
 *
 * @param member as whom others see it, or null where it is there already
 * @param recover behind which position it wants what it has missed, or null
 * @param consumer who it is where it goes on behind what it has acknowledged, or null
 */
public record Entrance(
        ChannelName channel,
        @Nullable Member member,
        @Nullable Position recover,
        @Nullable ConsumerName consumer) {}
