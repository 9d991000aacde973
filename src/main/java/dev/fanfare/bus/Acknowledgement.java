package dev.fanfare.bus;

import dev.fanfare.protocol.ConsumerName;
import dev.fanfare.protocol.Position;

/** A consumer has all up to a position. */
public record Acknowledgement(ConsumerName consumer, Position position) {}
