package dev.fanfare.auth;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows.
 *
 * @param token the API key or token, or null where there is none
 * @param address where the client is: an IP address
 * @param headers of the handshake; empty where a token comes later, on an open session
 */
public record Credentials(@Nullable String token, String address, MultiMap headers) {
    @Override
    public String toString() {
        return "Credentials[" + address + "]";
    }
}
