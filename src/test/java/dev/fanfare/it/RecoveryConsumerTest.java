package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Users;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumers of an instance on its own. */
class RecoveryConsumerTest extends RecoveryConsumerContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(Users.BELIEVED, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return SERVER;
    }
}
