package dev.fanfare.bus;

import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Retention;

/** Asks behind which position a consumer goes on. */
public record Resume(ConsumerName consumer, Retention retention) {}
