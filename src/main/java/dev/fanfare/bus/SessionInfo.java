package dev.fanfare.bus;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a session.
 *
 * @param id as its client was told with the handshake
 * @param user whose it is, or null
 * @param protocol the word in metrics: {@code json}, {@code raw} or {@code sse}
 * @param address where the client is: an IP address
 * @param connectedAt in milliseconds since 1970
 * @param channels how many it is subscribed to
 */
public record SessionInfo(
        String id, @Nullable String user, String protocol, String address, long connectedAt, int channels) {}
