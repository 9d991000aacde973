package dev.fanfare.protocol;

/**
 * A publication in its place in the channel's order.
 *
 * @param timestamp when the hub of its origin ordered it, in milliseconds since 1970
 */
public record Message(Publication publication, long timestamp) {}
