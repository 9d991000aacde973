package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs on an instance of its own. */
class RecoveryPropertyTest extends RecoveryPropertyContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(ChannelKinds.RULES);

    @Override
    Relay relay() {
        return SERVER;
    }
}
