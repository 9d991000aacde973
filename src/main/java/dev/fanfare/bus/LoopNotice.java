package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import java.util.List;

/** What a loop tells the hub. */
public sealed interface LoopNotice {
    int loop();

    /** Calls the method of {@code handler} that is meant for this kind of notice. */
    void dispatch(Handler handler);

    /** Acts on notices. */
    interface Handler {
        void attach(Attach notice);

        void detach(Detach notice);

        void join(Join notice);

        void leave(Leave notice);

        void enter(Enter notice);

        void exit(Exit notice);

        void delivered(Delivered notice);
    }

    /** The loop is there, and gets broadcasts from now on. */
    record Attach(int loop) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.attach(this);
        }
    }

    /** The loop has ended its last session. */
    record Detach(int loop) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.detach(this);
        }
    }

    /** The loop has its first subscriber of a channel; answered with {@link LoopEvent.Joined}. */
    record Join(int loop, long ticket, ChannelName channel) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.join(this);
        }
    }

    /** The last subscriber of the channel has left the loop. */
    record Leave(int loop, ChannelName channel) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.leave(this);
        }
    }

    /**
     * A subscriber enters channels that the loop has joined; answered with {@link LoopEvent.Entered}, for all of them at the same moment.
     *
     * @param most how large what it has missed of a channel may be, in bytes of JSON
     */
    record Enter(int loop, long ticket, List<Entrance> entrances, int most) implements LoopNotice {
        public Enter {
            entrances = List.copyOf(entrances);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.enter(this);
        }
    }

    /**
     * A member is not subscribed any more.
     *
     * @param atOnce whether it said so itself; else it may be back in a moment
     */
    record Exit(int loop, ChannelName channel, Member member, boolean atOnce) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.exit(this);
        }
    }

    /** A batch of so many bytes was written to the sockets: the hub may send as many again. */
    record Delivered(int loop, long bytes) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.delivered(this);
        }
    }
}
