package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event streams on three instances. */
class EventStreamClusterTest extends EventStreamContract {
    @RegisterExtension
    static final JoinedInstances RELAY = JoinedInstances.of(3, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return RELAY;
    }
}
