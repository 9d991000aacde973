package dev.fanfare.bus;

/**
 * Is told who comes and goes, one event after the other, on a thread that carries no messages: it may take its time, and what it throws harms nobody. Of one session
 * it is told in order; while it is too far behind, it is not told at all, and that is counted.
 */
public interface SessionListener {
    /** A session has begun. */
    default void connected(SessionInfo session) {}

    /**
     * A session has ended that had begun.
     *
     * @param reason the word in {@code fanfare_disconnections_total}
     */
    default void disconnected(SessionInfo session, String reason) {}

    /**
     * Somebody was refused for what he has shown, or has not.
     *
     * @param address where he is: an IP address
     * @param reason the word in {@code fanfare_handshakes_rejected_total}
     */
    default void refused(String address, String reason) {}
}
