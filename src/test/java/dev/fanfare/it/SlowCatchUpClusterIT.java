package dev.fanfare.it;

import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.Relay;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is slow on two instances. */
class SlowCatchUpClusterIT extends SlowCatchUpContract {
    @RegisterExtension
    static final JoinedInstances INSTANCES = JoinedInstances.of(2, RULES, LIMIT, "session.write-timeout=1h");

    @Override
    Relay relay() {
        return INSTANCES;
    }
}
