package dev.fanfare.bus;

/** Somebody has come or gone, or was not let in. */
public sealed interface SessionEvent {
    /** Calls the method of {@code listener} that is meant for this kind of event. */
    void tell(SessionListener listener);

    /** A session has begun. */
    record Connected(SessionInfo session) implements SessionEvent {
        @Override
        public void tell(SessionListener listener) {
            listener.connected(session);
        }
    }

    /**
     * A session has ended.
     *
     * @param reason the word in metrics
     */
    record Disconnected(SessionInfo session, String reason) implements SessionEvent {
        @Override
        public void tell(SessionListener listener) {
            listener.disconnected(session, reason);
        }
    }

    /**
     * Somebody was refused for what he has shown, or has not.
     *
     * @param reason the word in metrics
     */
    record Refused(String address, String reason) implements SessionEvent {
        @Override
        public void tell(SessionListener listener) {
            listener.refused(address, reason);
        }
    }
}
