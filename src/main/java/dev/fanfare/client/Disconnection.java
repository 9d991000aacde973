package dev.fanfare.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, and what comes of it.
 *
 * @param code the close code that the server sent; 1006 where the connection broke or fell silent, 1009 where a message was larger than
 *     {@code maxMessageSize}, 1000 where the client closed it
 * @param reason what was said with it, or what broke
 * @param pause how long from now the next attempt is due; {@code null} where there is none
 */
public record Disconnection(
        int code, String reason, @Nullable Duration pause) {
    /** When the client tries again, from now; empty where it does not. */
    public Optional<Duration> retryIn() {
        return Optional.ofNullable(pause);
    }
}
