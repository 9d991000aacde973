package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is written to one socket: everything of a tick is flushed at its end, what the peer has not taken yet is known, and behind the last of it the socket's outbound
 * half ends, so that a peer that is slow still gets what was sent. Belongs to the socket's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write comes to exceptionCaught, and a close does not fail
final class SocketWriter implements Tick.Socket {
    private static final Queue<Runnable> NOTHING = new ArrayDeque<>(0);

    /** Above so many unsent bytes a socket is not writable; Netty's own value. */
    private static final int MOST_UNSENT = WriteBufferWaterMark.DEFAULT.high();

    private final ChannelHandlerContext ctx;
    private final SessionLimits limits;
    private final Tick tick;
    private boolean awaitsFlush;
    /** What is to be done when more can be written. */
    private Queue<Runnable> whenWritable = NOTHING;

    private @Nullable Future<?> deadline;

    /** @param ctx of the handler that writes */
    SocketWriter(ChannelHandlerContext ctx, SessionLimits limits, Tick tick) {
        this.ctx = ctx;
        this.limits = limits;
        this.tick = tick;
        if (limits.sendLimit() < MOST_UNSENT) {
            // Who is slow by the limit has to be seen to be: he is told to be writable again only where he was not.
            ctx.channel()
                    .config()
                    .setWriteBufferWaterMark(new WriteBufferWaterMark(limits.sendLimit() / 2, limits.sendLimit()));
        }
    }

    /** Writes bytes, which are the socket's from now on. */
    void write(ByteBuf bytes) {
        ctx.write(bytes, ctx.voidPromise());
        if (!awaitsFlush) {
            awaitsFlush = true;
            tick.flush(this);
        }
    }

    @Override
    public void flush() {
        awaitsFlush = false;
        ctx.flush();
    }

    /** Whether the socket takes more at once. */
    boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** Whether more than the limit of what earlier flushes wrote is still unsent. */
    boolean isSlow() {
        // Before the first write of a tick, all that is unsent was flushed earlier.
        return !awaitsFlush && unsent() > limits.sendLimit();
    }

    /** Whether some of what earlier flushes wrote is unsent, more than a socket takes at once. */
    boolean isCongested() {
        return !awaitsFlush && !isWritable();
    }

    /**
     * Whether the peer has acknowledged nothing for so long, although TCP repeats what it was sent. TCP's own patience is a quarter of an hour; its option for less
     * (RFC 5482) would cut those too who are there and take nothing, before they are told. False where the transport can't tell.
     */
    boolean isLost(Duration silence) {
        if (ctx.channel() instanceof EpollSocketChannel epoll) {
            EpollTcpInfo tcp = epoll.tcpInfo();
            return tcp.retransmits() > 0 && tcp.lastAckRecv() >= silence.toMillis();
        }
        if (ctx.channel() instanceof IoUringSocketChannel uring) {
            IoUringTcpInfo tcp = uring.tcpInfo();
            return tcp.retransmits() > 0 && tcp.lastAckRecv() >= silence.toMillis();
        }
        return false;
    }

    private long unsent() {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Runs {@code action} when the peer has taken what it was sent. */
    void whenWritable(Runnable action) {
        if (whenWritable.isEmpty()) {
            whenWritable = new ArrayDeque<>(1);
        }
        whenWritable.add(action);
        if (!isCongested() && !isSlow()) {
            tick.afterwards(this::takeMore);
        }
    }

    /** The socket may have become writable. */
    void takeMore() {
        if (isCongested() || isSlow()) {
            return; // it is told when it is not
        }
        Queue<Runnable> actions = whenWritable;
        whenWritable = NOTHING;
        actions.forEach(Runnable::run);
    }

    /**
     * Writes the last bytes, and ends the outbound half of the socket behind them; the peer is to close the rest.
     *
     * @param linger when TCP is cut, if it has not ended by then, in nanoseconds
     */
    void end(ByteBuf last, long linger) {
        deadline = ctx.executor().schedule(this::abort, linger, TimeUnit.NANOSECONDS);
        ctx.writeAndFlush(last).addListener(sent -> PipelineTakeover.finish(ctx.channel()));
    }

    /** Cuts TCP. */
    void abort() {
        ctx.close();
    }

    /** TCP has ended. */
    void gone() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
