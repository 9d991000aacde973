package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import dev.fanfare.testing.Users;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumers that come back to another instance. */
class RecoveryConsumerClusterTest extends RecoveryConsumerContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(2, Users.BELIEVED, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
