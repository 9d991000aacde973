package dev.fanfare.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the server answers to a publication that it took.
 *
 * @param position where the message stands, on a channel with a history; of the first one, where this key was published before
 * @param local whether Redis did not confirm it, so that subscribers on other instances may not get it
 * @param timestamp of the answer
 */
public record Published(@Nullable Position position, boolean local, Instant timestamp) {}
