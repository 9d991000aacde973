package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Message;

/** What the hub tells the bridge. */
public sealed interface RelayEvent {
    /** Calls the method of {@code handler} that is meant for this kind of event. */
    void dispatch(Handler handler);

    /** Acts on events. */
    interface Handler {
        void relay(Relay event);

        void subscribe(Subscribe event);

        void unsubscribe(Unsubscribe event);
    }

    /**
     * A message for the other instances; answered with {@link BridgeEvent.Relayed}.
     *
     * @param loop where its publisher is
     * @param ticket by which the publisher knows it
     */
    record Relay(int loop, long ticket, Message message) implements RelayEvent {
        /** What it counts for against the credit of the hub. */
        public int bytes() {
            return Credit.bytes(message.publication());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.relay(this);
        }
    }

    /** The channel has its first subscriber here; answered with {@link BridgeEvent.Subscribed}. */
    record Subscribe(long ticket, ChannelName channel) implements RelayEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.subscribe(this);
        }
    }

    /** The last subscriber of the channel has left the instance. */
    record Unsubscribe(ChannelName channel) implements RelayEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.unsubscribe(this);
        }
    }
}
