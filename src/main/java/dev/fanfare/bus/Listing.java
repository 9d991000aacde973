package dev.fanfare.bus;

/**
 * A page of what there is on all instances.
 *
 * @param complete whether every instance was asked and has answered
 */
public record Listing<T>(Page<T> page, boolean complete) {}
