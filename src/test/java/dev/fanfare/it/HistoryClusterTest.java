package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Histories in the Redis of two instances. */
class HistoryClusterTest extends HistoryContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(2, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
