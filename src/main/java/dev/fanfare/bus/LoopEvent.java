package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.ChannelTraits;
import dev.fanfare.protocol.Message;
import dev.fanfare.protocol.Position;
import dev.fanfare.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the hub tells a loop. */
public sealed interface LoopEvent {
    /** Calls the method of {@code handler} that is meant for this kind of event. */
    void dispatch(Handler handler);

    /** Acts on events. */
    interface Handler {
        void deliver(Deliver event);

        void published(Published event);

        void failed(Failed event);

        void joined(Joined event);

        void entered(Entered event);

        void lost(Lost event);
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
     */
    record Published(long ticket, Receipt receipt) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.published(this);
        }
    }

    /** The publication was refused, or it is not known what became of it. */
    record Failed(long ticket, ProtocolException error) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.failed(this);
        }
    }

    /**
     * What is ordered from now on in the channel comes to the loop.
     *
     * @param traits null where it does not, since the history can't be had: the loop has not joined
     */
    record Joined(long ticket, @Nullable ChannelTraits traits) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.joined(this);
        }
    }

    /** How far each of the channels is right now: what comes to the loop later comes behind that. */
    record Entered(long ticket, List<Entry> entries) implements LoopEvent {
        public Entered {
            entries = List.copyOf(entries);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.entered(this);
        }
    }

    /** Messages of a channel are lost: it goes on behind {@code position}. */
    record Lost(ChannelName channel, Position position) implements LoopEvent {
        @Override
        public void dispatch(Handler handler) {
            handler.lost(this);
        }
    }
}
