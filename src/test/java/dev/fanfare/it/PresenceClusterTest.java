package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import dev.fanfare.testing.Users;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is there on three instances. */
class PresenceClusterTest extends PresenceContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(3, Users.BELIEVED, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
