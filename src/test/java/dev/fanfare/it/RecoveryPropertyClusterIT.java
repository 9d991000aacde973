package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs on three instances. */
class RecoveryPropertyClusterIT extends RecoveryPropertyContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(3, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
