package dev.fanfare.auth;

import dev.fanfare.protocol.ChannelName;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a client may do. Called by all event loops, which it must not block, at each subscription and publication, and
 * again for all subscriptions when a session has shown another token, or the rules have changed.
 */
public interface ChannelAuthorizer {
    /** What is to be done with a channel. */
    enum Action {
        SUBSCRIBE,
        PUBLISH
    }

    /**
     * Whether that is allowed. Completed by any thread; a failure, an exception and what takes longer than {@code auth.timeout} all deny.
     * The session carries out no other command before.
     *
     * @param channel null for all sessions (a broadcast)
     */
    Future<Boolean> authorize(Identity identity, Action action, @Nullable ChannelName channel);
}
