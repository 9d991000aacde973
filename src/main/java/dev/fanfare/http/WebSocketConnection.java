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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket, as the last handler of its pipeline (RFC 6455): whole messages in, encoded frames out, pings, and the
 * closing handshake. It belongs to its channel's event loop, and knows nothing of channels and commands.
 *
 * <p>It closes once, whoever starts it: {@link #end} is the one way out of {@link State#OPEN}. After that nothing is
 * read any more but the end of the stream, and TCP is cut at the latest after the write timeout.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write comes to exceptionCaught, and a close does not fail
final class WebSocketConnection extends ChannelInboundHandlerAdapter implements Heartbeat.Peer {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);
    private static final String CLOSED_BY_CLIENT = "client";
    private static final String LOST = "lost";
    private static final String REFUSED = "refused";
    /** For how long one who was refused may stay, in nanoseconds. */
    private static final long LONGEST_LINGER = TimeUnit.SECONDS.toNanos(1);

    /** Whoever uses the connection. */
    interface Listener {
        /** A whole message, of bytes that the listener may keep; where it is compressed, nothing of it was looked at. */
        void message(boolean text, boolean compressed, byte[] message);

        /** {@link WebSocketConnection#isWritable} is true again. */
        void writable();

        /** It is not open any more; called once. */
        void ended(String reason);

        /** TCP has ended too; called once, after {@link #ended}. */
        void gone();
    }

    private enum State {
        /** The 101 has not been sent: what came right behind the request is held, and nothing more is read. */
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
    private Heartbeat heartbeat;

    private State state = State.ACCEPTING;
    private @Nullable List<Object> held;
    private boolean listenerReads = true;
    private @Nullable ByteBuf owedPong;

    WebSocketConnection(Listener listener, SessionLimits limits, Tick tick) {
        this.listener = listener;
        this.limits = limits;
        this.tick = tick;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new SocketWriter(context, limits, tick);
        heartbeat = new Heartbeat(limits, context.executor(), this);
    }

    /** Opens the connection with the response to its handshake. */
    void accept(ByteBuf response) {
        if (state != State.ACCEPTING) {
            response.release();
            return;
        }
        state = State.OPEN;
        send(response);
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

    /** Whether there is room for answers: those that command have to wait where there is not. */
    boolean isWritable() {
        return out.isWritable();
    }

    /** Sends an answer, flushed at the end of the tick. */
    void send(ByteBuf frame) {
        if (state != State.OPEN) {
            frame.release();
            return;
        }
        out.write(frame);
    }

    /** Sends a batch that others share; closes instead, and returns false, where the peer is too slow. */
    boolean deliver(ByteBuf batch) {
        if (state != State.OPEN) {
            return false;
        }
        if (out.isSlow()) {
            close(CloseCode.SLOW_CONSUMER, "too slow for what it is sent");
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

    // In

    /** Whether the listener wants to be given messages. What was read already comes all the same. */
    void read(boolean wanted) {
        listenerReads = wanted;
        updateReading();
    }

    private void updateReading() {
        boolean wanted = state == State.CLOSING || (state == State.OPEN && listenerReads && owedPong == null);
        if (ctx.channel().config().isAutoRead() != wanted) {
            heartbeat.excuse(!wanted && isWritable());
            ctx.channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.ACCEPTING && message instanceof WebSocketFrame) {
            hold(message);
            return;
        }
        try {
            if (message instanceof WebSocketFrame frame && state == State.OPEN) {
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
        if (state == State.OPEN && isWritable()) {
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

    /** Closes: the listener is told at once, the peer gets what was sent before, and then the code. */
    void close(CloseCode code, String reason) {
        if (state == State.ACCEPTING) {
            end(code.word());
            ctx.close();
        } else if (state == State.OPEN) {
            end(code.word());
            sendLast(Frames.close(code.code(), reason), limits.writeTimeout().toNanos());
        }
    }

    /** Answers the handshake with something else than the 101, and closes. */
    void refuse(ByteBuf response) {
        if (state != State.ACCEPTING) {
            response.release();
            return;
        }
        end(REFUSED);
        sendLast(response, Math.min(limits.writeTimeout().toNanos(), LONGEST_LINGER));
    }

    /** Cuts TCP, whatever the state. */
    void abort() {
        out.abort();
    }

    private void closedByPeer(CloseWebSocketFrame frame) {
        int code = frame.statusCode();
        if (code != -1 && !CloseCode.mayBeSent(code)) {
            close(CloseCode.PROTOCOL_ERROR, "close code " + code);
        } else if (!isUtf8Reason(frame.content())) {
            close(CloseCode.INVALID_PAYLOAD, "the reason of the close is no UTF-8");
        } else {
            end(CLOSED_BY_CLIENT);
            sendLast(
                    code == -1 ? Frames.close() : Frames.close(code, ""),
                    limits.writeTimeout().toNanos());
        }
    }

    private static boolean isUtf8Reason(ByteBuf body) {
        return body.readableBytes() <= 2
                || ByteBufUtil.isText(body, body.readerIndex() + 2, body.readableBytes() - 2, StandardCharsets.UTF_8);
    }

    private void end(String reason) {
        state = State.CLOSING;
        heartbeat.stop();
        dropOwedPong();
        listener.ended(reason);
    }

    private void sendLast(ByteBuf close, long linger) {
        ctx.pipeline().addBefore(PipelineTakeover.DECODER, "sink", new Sink());
        updateReading();
        out.end(close, linger);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (state == State.ACCEPTING) {
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

    /** The one event that always comes, however a channel ends. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (state == State.OPEN || state == State.ACCEPTING) {
            end(LOST);
        }
        state = State.GONE;
        out.gone();
        dropOwedPong();
        replay(); // only releases
        listener.gone();
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
