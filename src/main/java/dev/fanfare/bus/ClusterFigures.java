package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How large the cluster is. Instances and sessions are some seconds old at most.
 *
 * @param channels with subscribers anywhere
 * @param subscribers of the channel that was asked for, where all instances have answered
 */
public record ClusterFigures(long instances, long sessions, long channels, OptionalLong subscribers) {
    /**
     * Asks for them.
     *
     * @param channel whose subscribers are to be counted, empty for none
     */
    public record Question(Optional<ChannelName> channel) {}
}
