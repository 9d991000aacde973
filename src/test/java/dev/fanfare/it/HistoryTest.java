package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Histories in the memory of an instance on its own. */
class HistoryTest extends HistoryContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(ChannelKinds.RULES);

    @Override
    Relay relay() {
        return SERVER;
    }
}
