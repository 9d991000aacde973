package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Recovery on another one of three instances. */
class RecoveryClusterTest extends RecoveryContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(3, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
