package dev.fanfare.bus;

/**
 * What became of an {@link Unsubscribe}.
 *
 * @param sessions how many were subscribed and are not any more, as far as is known
 * @param complete whether every instance was asked and has answered
 */
public record Unsubscribed(long sessions, boolean complete) {
    static final Unsubscribed UNKNOWN = new Unsubscribed(0, false);

    /** Both as one. */
    Unsubscribed and(Unsubscribed other) {
        return new Unsubscribed(sessions + other.sessions, complete && other.complete);
    }
}
