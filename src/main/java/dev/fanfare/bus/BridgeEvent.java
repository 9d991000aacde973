package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;

/** What the bridge tells the hub. */
public sealed interface BridgeEvent {
    /** Calls the method of {@code handler} that is meant for this kind of event. */
    void dispatch(Handler handler);

    /** Acts on events. */
    interface Handler {
        void received(Received event);

        void relayed(Relayed event);

        void subscribed(Subscribed event);

        void resubscribed(Resubscribed event);
    }

    /** A message that another instance has put in order. */
    record Received(Message message) implements BridgeEvent {
        /** What it counts for against the credit of the bridge. */
        public int bytes() {
            return Credit.bytes(message.publication());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.received(this);
        }
    }

    /** Redis has the message, or {@code confirmed} is false: then it may have it or not, and won't get it again. */
    record Relayed(RelayEvent.Relay relay, boolean confirmed) implements BridgeEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.relayed(this);
        }
    }

    /**
     * What others publish on the channel comes from now on.
     *
     * @param confirmed whether that is certain; else it comes as soon as Redis is there again
     */
    record Subscribed(long ticket, ChannelName channel, boolean confirmed) implements BridgeEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.subscribed(this);
        }
    }

    /** What others publish on the channel comes again from now on, after a time in which it may not have come. */
    record Resubscribed(ChannelName channel) implements BridgeEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.resubscribed(this);
        }
    }
}
