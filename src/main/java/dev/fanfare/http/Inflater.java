package dev.fanfare.http;

import dev.fanfare.protocol.Inflation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.zip.DataFormatException;

/**
 * Inflates the whole messages of a socket that negotiated permessage-deflate, where they are compressed, and holds all to
 * the bound: what comes here may be larger, since some messages grow when they are compressed.
 */
final class Inflater extends MessageToMessageDecoder<WebSocketFrame> {
    private final Inflation inflation;
    private final int maxMessageSize;

    Inflater(Inflation inflation, int maxMessageSize) {
        super(WebSocketFrame.class);
        this.inflation = inflation;
        this.maxMessageSize = maxMessageSize;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, WebSocketFrame frame, List<Object> out) {
        if (frame.rsv() != 0) {
            ByteBuf message = Unpooled.wrappedBuffer(inflate(frame.content()));
            out.add(
                    frame instanceof TextWebSocketFrame
                            ? new TextWebSocketFrame(message)
                            : new BinaryWebSocketFrame(message));
        } else if (frame.content().readableBytes() > maxMessageSize) {
            throw tooLarge();
        } else {
            out.add(frame.retain());
        }
    }

    private byte[] inflate(ByteBuf compressed) {
        try {
            return inflation.inflate(compressed, maxMessageSize);
        } catch (DataFormatException e) {
            throw new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, e.getMessage());
        } catch (Inflation.TooLargeException e) {
            throw tooLarge();
        }
    }

    private static TooLongFrameException tooLarge() {
        return new TooLongFrameException("the message is too big");
    }
}
