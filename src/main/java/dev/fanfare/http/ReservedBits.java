package dev.fanfare.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Refuses the reserved bits to which permessage-deflate gives no meaning: all but RSV1 on a message's first frame (RFC
 * 7692, section 6). Where an extension is agreed upon, Netty's decoder lets all of them through.
 */
@Sharable
final class ReservedBits extends ChannelInboundHandlerAdapter {
    private static final int RSV1 = 4;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame && frame.rsv() != 0 && !isCompressed(frame)) {
            frame.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "reserved bits are set: " + frame.rsv());
        }
        ctx.fireChannelRead(message);
    }

    private static boolean isCompressed(WebSocketFrame frame) {
        return frame.rsv() == RSV1 && (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame);
    }
}
