package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fanfare.auth.Identity;
import dev.fanfare.auth.Plugins;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.Map;

/** Users who are believed: their token is their name. */
public final class Users {
    /** Lets them in by it, and anonymous clients too. */
    public static final Plugins BELIEVED = new Plugins(
            credentials -> Future.succeededFuture(
                    credentials.token() == null
                            ? Identity.ANONYMOUS
                            : Identity.of(nameIn(credentials.token()), Map.of(), Identity.NEVER)),
            null);

    private Users() {}

    /** A handshake of this user. */
    public static UpgradeRequest upgrade(int port, String path, String user) {
        return UpgradeRequest.to(port, path).bearing(token(user));
    }

    /** A peer that has shown to be this user. */
    public static WebSocketPeer connect(Instance instance, String path, String user) {
        return WebSocketPeer.to(instance.port()).connect(upgrade(instance.port(), path, user));
    }

    private static String token(String user) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(UTF_8));
    }

    private static String nameIn(String token) {
        return new String(Base64.getUrlDecoder().decode(token), UTF_8);
    }
}
