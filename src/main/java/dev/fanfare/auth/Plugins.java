package dev.fanfare.auth;

import org.jspecify.annotations.Nullable;

/**
 * What those who embed Fanfare bring with them.
 *
 * @param authenticator in place of {@code auth.jwt}, beside the API keys; or null
 * @param authorizer in place of {@code channels} and {@code broadcast.publish}; or null
 */
public record Plugins(
        @Nullable Authenticator authenticator, @Nullable ChannelAuthorizer authorizer) {
    /** Nothing. */
    public static final Plugins NONE = new Plugins(null, null);
}
