package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;

/** Whose sessions an operator takes a channel from. */
public record Unsubscribe(ChannelName channel, Disconnect whom) {}
