package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Users;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is there on an instance of its own. */
class PresenceTest extends PresenceContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(Users.BELIEVED, ChannelKinds.RULES);

    @Override
    Relay relay() {
        return SERVER;
    }
}
