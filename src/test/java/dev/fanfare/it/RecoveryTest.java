package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Recovery from the memory of an instance on its own. */
class RecoveryTest extends RecoveryContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(ChannelKinds.RULES);

    @Override
    Relay relay() {
        return SERVER;
    }
}
