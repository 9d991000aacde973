package dev.fanfare.bus;

/**
 * What became of a {@link Disconnect}.
 *
 * @param sessions how many were closed, as far as is known
 * @param complete whether every instance was asked and has answered
 */
public record Disconnected(long sessions, boolean complete) {
    static final Disconnected UNKNOWN = new Disconnected(0, false);

    /** Both as one. */
    Disconnected and(Disconnected other) {
        return new Disconnected(sessions + other.sessions, complete && other.complete);
    }
}
