package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket (RFC 6455): whole messages in, encoded frames out, pings, and the closing handshake. Once it closes, nothing is read any more but the end of the stream,
 * and TCP is cut at the latest after the write timeout.
 */
final class WebSocketConnection extends ClientConnection implements Heartbeat.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);

    /** Whoever uses the connection. */
    interface Listener extends ClientConnection.Listener {
        /** A whole message, of bytes that the listener may keep; where it is compressed, nothing of it was looked at. */
        void message(boolean text, boolean compressed, byte[] message);

        /** {@link WebSocketConnection#isWritable} is true again. */
        void writable();
    }

    private final Listener listener;

    @SuppressWarnings("NullAway.Init") // set by handlerAdded, before anything else is called
    private Heartbeat heartbeat;

    /** What came right behind the request, before the 101 was sent; nothing more is read until then. */
    private @Nullable List<Object> held;

    private boolean listenerReads = true;
    /** Nothing is decoded any more. */
    private boolean drains;

    private @Nullable ByteBuf owedPong;

    WebSocketConnection(Listener listener, SessionLimits limits, Tick tick) {
        super(listener, limits, tick);
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        super.handlerAdded(context);
        heartbeat = new Heartbeat(limits, context.executor(), this);
    }

    @Override
    void opened() {
        heartbeat.start();
        updateReading();
        replay();
    }

    /** What came before the connection was open: frames, and errors. */
    private void hold(Object event) {
        if (held == null) {
            held = new ArrayList<>();
        }
        held.add(event);
    }

    private void replay() {
        List<Object> events = held;
        held = null;
        if (events != null) {
            for (Object event : events) {
                if (event instanceof Throwable cause) {
                    exceptionCaught(ctx, cause);
                } else {
                    channelRead(ctx, event);
                }
            }
        }
    }

    // Out

    @Override
    void misbehaves(CloseCode code, String reason) {
        close(code, reason);
    }

    // In

    /** Whether the listener wants to be given messages. What was read already comes all the same. */
    void read(boolean wanted) {
        listenerReads = wanted;
        updateReading();
    }

    private void updateReading() {
        boolean wanted = drains || (isOpen() && listenerReads && owedPong == null);
        if (ctx.channel().config().isAutoRead() != wanted) {
            heartbeat.excuse(!wanted && isWritable());
            ctx.channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isAccepting() && message instanceof WebSocketFrame) {
            hold(message);
            return;
        }
        try {
            if (message instanceof WebSocketFrame frame && isOpen()) {
                receive(frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receive(WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            listener.message(
                    frame instanceof TextWebSocketFrame, frame.rsv() != 0, ByteBufUtil.getBytes(frame.content()));
        } else if (frame instanceof PingWebSocketFrame) {
            pong(frame.content());
        } else if (frame instanceof PongWebSocketFrame) {
            heartbeat.pong();
        } else if (frame instanceof CloseWebSocketFrame close) {
            closedByPeer(close);
        }
    }

    /** A peer that does not read is owed one pong, for its latest ping (RFC 6455, section 5.5.3), and not read from. */
    private void pong(ByteBuf payload) {
        ByteBuf pong = Frames.pong(payload);
        if (isWritable()) {
            send(pong);
        } else {
            owedPong = pong;
            updateReading();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isOpen() && isWritable()) {
            if (owedPong != null) {
                ByteBuf pong = owedPong;
                owedPong = null;
                send(pong);
                updateReading();
            }
            out.takeMore();
            listener.writable();
        }
    }

    @Override
    public void ping() {
        if (isWritable()) {
            send(Frames.ping());
        }
    }

    @Override
    public void overdue() {
        if (isWritable()) {
            close(CloseCode.NO_PONG, "no pong in time");
        } else {
            close(CloseCode.SLOW_CONSUMER, "takes nothing");
        }
    }

    // The end

    /** Closes with a close frame. */
    void close(CloseCode code, String reason) {
        close(code.word(), Frames.close(code.code(), reason));
    }

    private void closedByPeer(CloseWebSocketFrame frame) {
        int code = frame.statusCode();
        if (code != -1 && !CloseCode.mayBeSent(code)) {
            close(CloseCode.PROTOCOL_ERROR, "close code " + code);
        } else if (!isUtf8Reason(frame.content())) {
            close(CloseCode.INVALID_PAYLOAD, "the reason of the close is no UTF-8");
        } else {
            close(LEFT, code == -1 ? Frames.close() : Frames.close(code, ""));
        }
    }

    private static boolean isUtf8Reason(ByteBuf body) {
        return body.readableBytes() <= 2
                || ByteBufUtil.isText(body, body.readerIndex() + 2, body.readableBytes() - 2, StandardCharsets.UTF_8);
    }

    @Override
    void ending() {
        heartbeat.stop();
        dropOwedPong();
    }

    @Override
    void finish(ByteBuf last, long linger) {
        ctx.pipeline().addBefore(PipelineTakeover.DECODER, "sink", new Sink());
        drains = true;
        updateReading();
        super.finish(last, linger);
    }

    @Override
    String howItVanished() {
        return LOST;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (isAccepting()) {
            hold(cause);
        } else if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            int code = corrupted.closeStatus().code();
            close(
                    code == CloseCode.INVALID_PAYLOAD.code()
                            ? CloseCode.INVALID_PAYLOAD
                            : code == CloseCode.TOO_BIG.code() ? CloseCode.TOO_BIG : CloseCode.PROTOCOL_ERROR,
                    String.valueOf(corrupted.getMessage()));
        } else if (cause instanceof TooLongFrameException) {
            close(CloseCode.TOO_BIG, "the message is too big");
        } else if (cause instanceof IOException || cause instanceof CodecException) {
            LOG.atDebug().setCause(cause).log("connection lost");
            abort();
        } else {
            LOG.atError().setCause(cause).log("closing a connection after an error");
            close(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        super.handlerRemoved(context);
        replay(); // only releases
    }

    private void dropOwedPong() {
        if (owedPong != null) {
            owedPong.release();
            owedPong = null;
        }
    }

    /**
     * Takes what comes after the close, so that the end of the stream is seen and nothing is decoded; but not for ever
     * from one who does not stop.
     */
    private static final class Sink extends ChannelInboundHandlerAdapter {
        private static final int MOST = 1 << 20;

        private int taken;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                taken += bytes.readableBytes();
            }
            ReferenceCountUtil.release(message);
            if (taken > MOST) {
                ctx.channel().config().setAutoRead(false);
            }
        }
    }
}
