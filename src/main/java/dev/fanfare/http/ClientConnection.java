package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * The connection of one client, as the last handler of its pipeline: the answer to its request, then whatever it is sent, and its end. It belongs to its channel's event
 * loop, and knows nothing of channels and commands.
 *
 * <p>It closes once, whoever starts it: {@link #end} is the one way out of being open.
 */
abstract class ClientConnection extends ChannelInboundHandlerAdapter {
    /** Why it ended: TCP is gone, and nobody has said so. */
    static final String LOST = "lost";
    /** Why it ended: the client has left. */
    static final String LEFT = "client";

    private static final String REFUSED = "refused";
    /** For how long one who was refused may stay, in nanoseconds. */
    private static final long LONGEST_LINGER = TimeUnit.SECONDS.toNanos(1);

    /** Whoever uses the connection. */
    interface Listener {
        /** It is not open any more; called once. */
        void ended(String reason);

        /** TCP has ended too; called once, after {@link #ended}. */
        void gone();
    }

    private enum State {
        /** The request has not been answered. */
        ACCEPTING,
        OPEN,
        CLOSING,
        GONE
    }

    final SessionLimits limits;
    private final Listener listener;
    private final Tick tick;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before anything else is called
    ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // likewise
    SocketWriter out;

    private State state = State.ACCEPTING;

    ClientConnection(Listener listener, SessionLimits limits, Tick tick) {
        this.listener = listener;
        this.limits = limits;
        this.tick = tick;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new SocketWriter(context, limits, tick);
    }

    final boolean isAccepting() {
        return state == State.ACCEPTING;
    }

    final boolean isOpen() {
        return state == State.OPEN;
    }

    /** Opens the connection with the answer to its request, or with the head of it. */
    final void accept(ByteBuf answer) {
        if (!isAccepting()) {
            answer.release();
            return;
        }
        state = State.OPEN;
        send(answer);
        opened();
    }

    /** It is open. */
    abstract void opened();

    // Out

    /** Sends something, flushed at the end of the tick. */
    final void send(ByteBuf bytes) {
        if (isOpen()) {
            out.write(bytes);
        } else {
            bytes.release();
        }
    }

    /** Sends a batch that others share; where the peer is too slow for it, its connection closes instead, and false is returned. */
    final boolean deliver(ByteBuf batch) {
        if (!isOpen()) {
            return false;
        }
        if (out.isSlow()) {
            misbehaves(CloseCode.SLOW_CONSUMER, "too slow for what it is sent");
            return false;
        }
        out.write(batch.retainedDuplicate());
        return true;
    }

    /** The peer does what it may not, and the connection is to be closed. */
    abstract void misbehaves(CloseCode code, String reason);

    /** Whether there is room for more. */
    public final boolean isWritable() {
        return out.isWritable();
    }

    final boolean isSlow() {
        return out.isSlow();
    }

    final boolean isCongested() {
        return out.isCongested();
    }

    final void whenWritable(Runnable action) {
        out.whenWritable(action);
    }

    // The end

    /** Closes: the listener is told at once, and the peer gets what was sent before, and then {@code last}. */
    final void close(String reason, ByteBuf last) {
        if (isOpen()) {
            end(reason);
            finish(last, limits.writeTimeout().toNanos());
            return;
        }
        last.release();
        if (isAccepting()) {
            end(reason);
            abort();
        }
    }

    /** Answers the request with something else, and closes. */
    final void refuse(ByteBuf answer) {
        if (!isAccepting()) {
            answer.release();
            return;
        }
        end(REFUSED);
        finish(answer, Math.min(limits.writeTimeout().toNanos(), LONGEST_LINGER));
    }

    /** Cuts TCP, whatever the state. */
    final void abort() {
        out.abort();
    }

    /** Sends the last bytes; TCP is cut after {@code linger} nanoseconds at the latest. */
    void finish(ByteBuf last, long linger) {
        out.end(last, linger);
    }

    private void end(String reason) {
        state = State.CLOSING;
        ending();
        listener.ended(reason);
    }

    /** It is open no more: what runs for it ends. */
    abstract void ending();

    /** The one event that always comes, however a channel ends. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (isOpen() || isAccepting()) {
            end(howItVanished());
        }
        state = State.GONE;
        out.gone();
        listener.gone();
    }

    /** Why it ended, where it was not closed from here: {@link #LOST} or {@link #LEFT}. */
    abstract String howItVanished();
}
