package dev.fanfare.bus;

import dev.fanfare.protocol.Publication;

/**
 * Asks the hub to order and deliver a publication; answered with {@link LoopEvent.Published}.
 *
 * @param loop who asks
 * @param ticket by which the answer is known, unique on that loop
 */
public record Publish(int loop, long ticket, Publication publication) {}
