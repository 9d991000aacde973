package dev.fanfare.bus;

import dev.fanfare.protocol.ChannelName;

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

    /** A batch of so many bytes was written to the sockets: the hub may send as many again. */
    record Delivered(int loop, long bytes) implements LoopNotice {
        @Override
        public void dispatch(Handler handler) {
            handler.delivered(this);
        }
    }
}
