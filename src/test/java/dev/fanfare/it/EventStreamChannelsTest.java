package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event streams on an instance of its own. */
class EventStreamChannelsTest extends EventStreamContract {
    @RegisterExtension
    static final SharedInstance RELAY = SharedInstance.with(ChannelKinds.RULES);

    @Override
    Relay relay() {
        return RELAY;
    }
}
