package dev.fanfare.client;

/** What a client is doing. */
public enum ClientState {
    /** There is no connection; the next attempt is due later. */
    DISCONNECTED,
    /** An attempt to connect is under way. */
    CONNECTING,
    /** There is a connection. */
    CONNECTED,
    /** It has ended for good: it was closed, was told not to come back, or has used up its attempts. */
    CLOSED
}
