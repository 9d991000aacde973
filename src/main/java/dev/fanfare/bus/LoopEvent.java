package dev.fanfare.bus;

import dev.fanfare.protocol.Message;

/** What the hub tells a loop. */
public sealed interface LoopEvent {
    /** Calls the method of {@code handler} that is meant for this kind of event. */
    void dispatch(Handler handler);

    /** Acts on events. */
    interface Handler {
        void deliver(Deliver event);

        void published(Published event);

        void joined(Joined event);
    }

    /** A message for the subscribers of its channel, or without one for every session. */
    record Deliver(Message message) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.deliver(this);
        }
    }

    /**
     * The publication has its place in the order, and the other instances were sent it, if there are some.
     *
     * @param local whether that is not certain
     */
    record Published(long ticket, long timestamp, boolean local) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.published(this);
        }
    }

    /** What is ordered from now on in the channel comes to the loop. */
    record Joined(long ticket) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.joined(this);
        }
    }
}
