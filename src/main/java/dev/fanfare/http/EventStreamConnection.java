package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.EventStreamFormat;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One response that never ends by itself, as the last handler of its pipeline: its head, events, comments, and the end of TCP, which is the end of the response. It
 * belongs to its channel's event loop, and knows nothing of channels and messages.
 *
 * <p>It closes once, whoever starts it: {@link #end} is the one way out of {@link State#OPEN}. What the client sends behind its request is thrown away, up to a bound; a
 * client that ends its half of TCP has left.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write comes to exceptionCaught, and a close does not fail
final class EventStreamConnection extends ChannelInboundHandlerAdapter implements StreamHeartbeat.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreamConnection.class);
    private static final String LEFT = "client";
    private static final String LOST = "lost";
    private static final String REFUSED = "refused";
    /** For how long one who was refused may stay, in nanoseconds. */
    private static final long LONGEST_LINGER = TimeUnit.SECONDS.toNanos(1);

    /** What a client may send behind its request, in bytes. */
    private static final int MOST_TAKEN = 64 << 10;

    /** Whoever uses the connection. */
    interface Listener {
        /** The peer takes nothing, or sends what nobody wants: it is to be closed. */
        void misbehaves(CloseCode code, String reason);

        /** It is not open any more; called once. */
        void ended(String reason);

        /** TCP has ended too; called once, after {@link #ended}. */
        void gone();
    }

    private enum State {
        /** The head has not been sent. */
        ACCEPTING,
        OPEN,
        CLOSING,
        GONE
    }

    private final Listener listener;
    private final SessionLimits limits;
    private final Tick tick;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before anything else is called
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // likewise
    private SocketWriter out;

    @SuppressWarnings("NullAway.Init") // likewise
    private StreamHeartbeat heartbeat;

    private State state = State.ACCEPTING;
    private String howItEnds = LEFT;
    private int taken;

    EventStreamConnection(Listener listener, SessionLimits limits, Tick tick) {
        this.listener = listener;
        this.limits = limits;
        this.tick = tick;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new SocketWriter(context, limits, tick);
        heartbeat = new StreamHeartbeat(limits, context.executor(), this);
    }

    /** Opens the stream with the head of its response. */
    void accept(ByteBuf head) {
        if (state != State.ACCEPTING) {
            head.release();
            return;
        }
        state = State.OPEN;
        send(head);
        heartbeat.start();
    }

    // Out

    /** Sends something, flushed at the end of the tick. */
    void send(ByteBuf event) {
        if (state == State.OPEN) {
            out.write(event);
        } else {
            event.release();
        }
    }

    /** Sends a batch that others share; where the peer is too slow it is to be closed instead, and false is returned. */
    boolean deliver(ByteBuf batch) {
        if (state != State.OPEN) {
            return false;
        }
        if (out.isSlow()) {
            listener.misbehaves(CloseCode.SLOW_CONSUMER, "too slow for what it is sent");
            return false;
        }
        out.write(batch.retainedDuplicate());
        return true;
    }

    boolean isSlow() {
        return out.isSlow();
    }

    boolean isCongested() {
        return out.isCongested();
    }

    void whenWritable(Runnable action) {
        out.whenWritable(action);
    }

    @Override
    public boolean isWritable() {
        return out.isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (state == State.OPEN && isWritable()) {
            heartbeat.writable();
            out.takeMore();
        }
    }

    @Override
    public void comment() {
        if (isWritable()) {
            send(EventStreamFormat.comment());
        }
    }

    @Override
    public boolean isLost(Duration silence) {
        return out.isLost(silence);
    }

    @Override
    public void lost() {
        howItEnds = LOST;
        abort();
    }

    @Override
    public void overdue() {
        listener.misbehaves(CloseCode.SLOW_CONSUMER, "takes nothing");
    }

    // In

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            taken += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (taken > MOST_TAKEN) {
            ctx.channel().config().setAutoRead(false);
            if (state == State.ACCEPTING) {
                abort();
            } else if (state == State.OPEN) {
                listener.misbehaves(CloseCode.POLICY, "nothing is to be sent here");
            }
        }
    }

    // The end

    /** Ends the stream: the listener is told at once, the peer gets what was sent before, and then {@code last}. */
    void close(CloseCode code, ByteBuf last) {
        if (state == State.OPEN) {
            end(code.word());
            out.end(last, limits.writeTimeout().toNanos());
            return;
        }
        last.release();
        if (state == State.ACCEPTING) {
            end(code.word());
            abort();
        }
    }

    /** Answers the request with something else than a stream, and closes. */
    void refuse(ByteBuf response) {
        if (state != State.ACCEPTING) {
            response.release();
            return;
        }
        end(REFUSED);
        out.end(response, Math.min(limits.writeTimeout().toNanos(), LONGEST_LINGER));
    }

    /** Cuts TCP, whatever the state. */
    void abort() {
        out.abort();
    }

    private void end(String reason) {
        state = State.CLOSING;
        heartbeat.stop();
        listener.ended(reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.atDebug().setCause(cause).log("stream lost");
        } else {
            LOG.atError().setCause(cause).log("cutting a stream after an error");
        }
        howItEnds = LOST;
        abort();
    }

    /** The one event that always comes, however a channel ends. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (state == State.OPEN || state == State.ACCEPTING) {
            end(howItEnds);
        }
        state = State.GONE;
        out.gone();
        listener.gone();
    }
}
