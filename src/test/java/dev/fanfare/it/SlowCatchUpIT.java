package dev.fanfare.it;

import dev.fanfare.testing.Relay;
import dev.fanfare.testing.SharedInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is slow on an instance of its own. */
class SlowCatchUpIT extends SlowCatchUpContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(RULES, LIMIT, "session.write-timeout=1h");

    @Override
    Relay relay() {
        return SERVER;
    }
}
