package dev.fanfare.http;

import dev.fanfare.protocol.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the fragments of a message in number and in time. Netty bounds their bytes, but takes any number of empty ones
 * and waits for ever.
 */
final class FragmentGuard extends ChannelInboundHandlerAdapter {
    private final WebSocketConnection connection;
    private final int maxFragments;
    private final Duration timeout;

    private int fragments;
    private @Nullable Future<?> deadline;

    FragmentGuard(WebSocketConnection connection, int maxFragments, Duration timeout) {
        this.connection = connection;
        this.maxFragments = maxFragments;
        this.timeout = timeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame && isPart(frame)) {
            count(ctx, frame);
        }
        ctx.fireChannelRead(message);
    }

    /** A part of a message that has more than one. */
    private static boolean isPart(WebSocketFrame frame) {
        return !frame.isFinalFragment() || frame instanceof ContinuationWebSocketFrame;
    }

    private void count(ChannelHandlerContext ctx, WebSocketFrame frame) {
        fragments++;
        if (fragments > maxFragments) {
            connection.close(CloseCode.POLICY, "more than " + maxFragments + " fragments in a message");
        } else if (frame.isFinalFragment()) {
            fragments = 0;
            stop();
        } else if (deadline == null) {
            deadline = ctx.executor()
                    .schedule(
                            () -> connection.close(CloseCode.POLICY, "a fragmented message was not finished in time"),
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }
}
