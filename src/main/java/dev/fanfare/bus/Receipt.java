package dev.fanfare.bus;

import dev.fanfare.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * What became of a publication that was taken.
 *
 * @param timestamp in milliseconds since 1970
 * @param local whether it is not certain that other instances were sent it
 * @param position in the history of its channel, or null where there is none
 */
public record Receipt(
        long timestamp, boolean local, @Nullable Position position) {}
