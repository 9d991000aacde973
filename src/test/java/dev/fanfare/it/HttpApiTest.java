package dev.fanfare.it;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Users;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The HTTP API of an instance on its own. */
class HttpApiTest extends HttpApiContract {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(Users.BELIEVED, ApiClient.SETTING, RULES);

    HttpApiTest() {
        super(SERVER);
    }
}
