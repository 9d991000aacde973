package dev.fanfare.bus;

/**
 * Whether the instance is joined with the others.
 *
 * @param reason why not, for people; empty where it is up
 */
public record LinkState(boolean up, String reason) {}
