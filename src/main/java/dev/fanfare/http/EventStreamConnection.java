package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.EventStreamFormat;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One response that never ends by itself: its head, events, comments, and the end of TCP, which is the end of the response. What the client sends behind its request is
 * thrown away, up to a bound; a client that ends its half of TCP has left.
 */
final class EventStreamConnection extends ClientConnection implements StreamHeartbeat.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreamConnection.class);

    /** What a client may send behind its request, in bytes. */
    private static final int MOST_TAKEN = 64 << 10;

    /** Whoever uses the connection. */
    interface Listener extends ClientConnection.Listener {
        /** The peer takes nothing, or sends what nobody wants: it is to be closed. */
        void misbehaves(CloseCode code, String reason);
    }

    private final Listener listener;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before anything else is called
    private StreamHeartbeat heartbeat;

    private String howItVanished = LEFT;
    private int taken;

    EventStreamConnection(Listener listener, SessionLimits limits, Tick tick) {
        super(listener, limits, tick);
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        super.handlerAdded(context);
        heartbeat = new StreamHeartbeat(limits, context.executor(), this);
    }

    @Override
    void opened() {
        heartbeat.start();
    }

    // Out

    @Override
    void misbehaves(CloseCode code, String reason) {
        listener.misbehaves(code, reason);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isOpen() && isWritable()) {
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
        howItVanished = LOST;
        abort();
    }

    @Override
    public void overdue() {
        misbehaves(CloseCode.SLOW_CONSUMER, "takes nothing");
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
            if (isAccepting()) {
                abort();
            } else if (isOpen()) {
                misbehaves(CloseCode.POLICY, "nothing is to be sent here");
            }
        }
    }

    // The end

    @Override
    void ending() {
        heartbeat.stop();
    }

    @Override
    String howItVanished() {
        return howItVanished;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.atDebug().setCause(cause).log("stream lost");
        } else {
            LOG.atError().setCause(cause).log("cutting a stream after an error");
        }
        howItVanished = LOST;
        abort();
    }
}
