package dev.fanfare.client;

import org.jspecify.annotations.Nullable;

/**
 * A session that is subscribed to a channel with presence.
 *
 * @param session the id of the session
 * @param user {@code null} for who has not shown who it is
 * @param info JSON: what the token or the subscription told of the member
 */
public record Member(
        String session, @Nullable String user, @Nullable String info) {}
