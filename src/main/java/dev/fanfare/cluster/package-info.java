/**
 * The bridge to the other instances, through Redis. {@code Bridge} takes what the hub relays and hands it what comes;
 * {@code Links} has a {@code Link} to each server of Redis that the {@code Topology} names, and keeps it alive and
 * subscribed; an {@code Envelope} is a message as it travels; {@code Sequences} number them and {@code Continuity} notices
 * what was missed; {@code RedisHistory} keeps the histories of channels, by a {@code Script} for each step; {@code Instances} asks the other instances that the {@code Census} knows. All of it belongs to the event loop of
 * {@code BridgeVerticle}, and meets the hub on the bus.
 */
@NullMarked
package dev.fanfare.cluster;

import org.jspecify.annotations.NullMarked;
