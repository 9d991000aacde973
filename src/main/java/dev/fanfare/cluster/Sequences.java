package dev.fanfare.cluster;

import dev.fanfare.protocol.ChannelName;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Numbers what this instance relays, channel by channel, so that the others notice what they have missed. It remembers
 * the channels that were published to last; another one is counted from 1 again, with another start.
 */
final class Sequences {
    /** How many channels are remembered. */
    static final int MOST = 65_536;

    private final Clock clock;
    private final Map<Optional<ChannelName>, long[]> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Optional<ChannelName>, long[]> eldest) {
            return size() > MOST;
        }
    };
    private long latestStart;

    Sequences(Clock clock) {
        this.clock = clock;
    }

    /** The sequence of the next message to the channel, or without one to everybody. */
    SequenceNumber next(@Nullable ChannelName channel) {
        long[] startAndNumber = last.computeIfAbsent(Optional.ofNullable(channel), name -> new long[] {start(), 0});
        return new SequenceNumber(startAndNumber[0], ++startAndNumber[1]);
    }

    /** Never one that was used: a channel may have been forgotten a moment ago. */
    private long start() {
        latestStart = Math.max(latestStart + 1, clock.millis());
        return latestStart;
    }
}
