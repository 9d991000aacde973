package dev.fanfare.http;

import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.protocol.CloseCode;

/** One who is connected to this loop, over whatever it is. */
interface Client {
    /** What is known of it at this moment. */
    SessionInfo info();

    /** Whether it was told that it is connected, and is. */
    boolean isOpen();

    /** An operator takes a channel from some sessions; returns whether this is one, and was subscribed to it. */
    boolean unsubscribe(Unsubscribe what);

    /** An operator ends some sessions; returns whether this is one, and was open. */
    boolean disconnect(Disconnect whom);

    /** What it may do is to be looked at again. */
    void reconsider();

    /** Closes in good order. */
    void close(CloseCode code, String reason);

    /** Cuts TCP, whatever the state. */
    void abort();
}
