package dev.fanfare.client;

import org.jspecify.annotations.Nullable;

/**
 * Messages of a subscription that can't be had any more.
 *
 * @param channel whose they were
 * @param before the last message before the gap; {@code null} where that is not known
 * @param after behind this it goes on; {@code null} where the channel has no history any more
 */
public record Loss(
        String channel, @Nullable Position before, @Nullable Position after) {}
