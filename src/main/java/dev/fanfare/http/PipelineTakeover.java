package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.protocol.Inflation;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/**
 * Turns the pipeline of an HTTP connection of Vert.x into that of a {@link WebSocketConnection} or an {@link EventStreamConnection}, and is the one class
 * that knows what Vert.x puts there.
 *
 * <p>Why: a {@code ServerWebSocket} of Vert.x holds ten times the memory, and checks neither UTF-8 nor all of RFC 6455.
 * So Vert.x listens, does TLS and reads the request; then its handlers go and Netty's WebSocket decoder comes, before
 * the response is written. The HTTP decoder passes on what it has read behind the request when it is removed, so a
 * client that does not wait for the response loses nothing.
 *
 * <pre>
 * before            [ssl] httpDecoder httpEncoder [chunkedWriter] [idle] handler, and what else an application's server has
 * after             [ssl] wsdecoder fragments utf8 aggregator connection
 * with compression  [ssl] wsdecoder reserved fragments aggregator connection
 * event stream      [ssl] connection
 * </pre>
 *
 * With compression, messages are inflated and their text is checked when their turn comes: see {@link Session}.
 */
final class PipelineTakeover {
    static final String DECODER = "wsdecoder";

    private static final String HTTP_DECODER = "httpDecoder";
    private static final String VERTX_HANDLER = "handler";
    private static final List<String> REQUIRED = List.of(HTTP_DECODER, "httpEncoder", VERTX_HANDLER);
    private static final List<String> OPTIONAL =
            List.of("inflater", "deflater", "webSocketExtensionHandler", "chunkedWriter", "idle");

    /** One read of a socket at a time, and not a large one: who sends without end then delays the others by little. */
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(64, 512, 16 << 10).maxMessagesPerRead(1);

    private static final ReservedBits RESERVED_BITS = new ReservedBits();

    private final SessionLimits limits;
    private final int maxMessageSize;
    private final int maxCompressedSize;
    private final WebSocketDecoderConfig decoding;
    private final WebSocketDecoderConfig decodingCompressed;

    /** @param maxMessageSize in bytes, of an inflated message */
    PipelineTakeover(SessionLimits limits, int maxMessageSize) {
        this.limits = limits;
        this.maxMessageSize = maxMessageSize;
        this.maxCompressedSize = Inflation.compressedBound(maxMessageSize);
        this.decoding = decoding(maxMessageSize, false);
        this.decodingCompressed = decoding(maxCompressedSize, true);
    }

    private static WebSocketDecoderConfig decoding(int maxFrameSize, boolean extensions) {
        return WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(extensions)
                .maxFramePayloadLength(maxFrameSize)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
    }

    /**
     * Gives the channel of {@code request} to {@code connection}. The request, its connection and its response must not
     * be used any more.
     *
     * @param request whose handler is running
     * @param compressed whether permessage-deflate was agreed upon
     */
    void take(HttpServerRequest request, WebSocketConnection connection, boolean compressed) {
        ChannelPipeline pipeline = pipeline(request.connection());
        retire(pipeline);
        FragmentGuard fragments = new FragmentGuard(connection, limits.maxFragments(), limits.assemblyTimeout());
        if (compressed) {
            pipeline.addLast(DECODER, new WebSocket13FrameDecoder(decodingCompressed))
                    .addLast("reserved", RESERVED_BITS)
                    .addLast("fragments", fragments)
                    .addLast("aggregator", new WebSocketFrameAggregator(maxCompressedSize));
        } else {
            pipeline.addLast(DECODER, new WebSocket13FrameDecoder(decoding))
                    .addLast("fragments", fragments)
                    .addLast("utf8", new Utf8FrameValidator(false))
                    .addLast("aggregator", new WebSocketFrameAggregator(maxMessageSize));
        }
        pipeline.addLast("connection", connection);
        pipeline.channel().config().setRecvByteBufAllocator(READS);
        // What it has read behind the request goes to the new decoder.
        pipeline.remove(HTTP_DECODER);
    }

    /**
     * Gives the channel of {@code request} to an event stream, which writes the whole response. The request, its connection and its response must not be used any more.
     *
     * @param request whose handler is running
     */
    void take(HttpServerRequest request, EventStreamConnection stream) {
        ChannelPipeline pipeline = pipeline(request.connection());
        retire(pipeline);
        pipeline.addLast("connection", stream);
        pipeline.channel().config().setRecvByteBufAllocator(READS);
        pipeline.remove(HTTP_DECODER);
    }

    /** Removes Vert.x's handlers but for the decoder. */
    private static void retire(ChannelPipeline pipeline) {
        ChannelHandlerContext context = pipeline.context(VERTX_HANDLER);
        try {
            // Vert.x counts the connection as closed, and forgets it.
            ((ChannelInboundHandler) context.handler()).channelInactive(context);
        } catch (Exception e) {
            throw new IllegalStateException("Vert.x did not let go of a connection", e);
        }
        pipeline.remove(VERTX_HANDLER);
        OPTIONAL.stream().filter(name -> pipeline.get(name) != null).forEach(pipeline::remove);
        pipeline.remove("httpEncoder");
    }

    /**
     * Looks at a connection of this Vert.x, to a server of its own on loopback. Fails where the pipeline is not the one
     * that this class knows: another version of Vert.x shows at the start, not at the first client.
     */
    static Future<Void> verify(Vertx vertx) {
        Promise<Void> verified = Promise.promise();
        HttpServerOptions options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> verified.handle(check(pipeline(connection))))
                .requestHandler(request -> {});
        // Without it Linux would hold the last acknowledgement of the connect back, for 200 ms: nothing is sent here.
        NetClient client = vertx.createNetClient(new NetClientOptions().setTcpQuickAck(true));
        return server.listen(0, "127.0.0.1")
                .compose(listening -> client.connect(listening.actualPort(), "127.0.0.1"))
                .compose(connected -> verified.future())
                .eventually(client::close)
                .eventually(server::close);
    }

    private static Future<Void> check(ChannelPipeline pipeline) {
        return pipeline.names().containsAll(REQUIRED)
                ? Future.succeededFuture()
                : Future.failedFuture("no pipeline of the Vert.x that this was made for: " + pipeline.names());
    }

    /** The event loop that the connection of a request belongs to. */
    static EventLoop eventLoop(HttpServerRequest request) {
        return pipeline(request.connection()).channel().eventLoop();
    }

    /** Sends what was written to a request's connection, before its event loop does anything else. */
    static void flush(HttpServerRequest request) {
        pipeline(request.connection()).flush();
    }

    private static ChannelPipeline pipeline(HttpConnection connection) {
        return ((ConnectionBase) connection).channelHandlerContext().pipeline();
    }

    /** Ends the outbound half of a channel on which the last frame was written; the peer is to close the rest. */
    @SuppressWarnings("FutureReturnValueIgnored") // the deadline of the connection cuts what does not end by itself
    static void finish(Channel channel) {
        SslHandler ssl = channel.pipeline().get(SslHandler.class);
        if (!channel.isActive()) {
            return;
        }
        if (ssl == null) {
            ((DuplexChannel) channel).shutdownOutput();
        } else {
            ssl.closeOutbound().addListener(sent -> ((DuplexChannel) channel).shutdownOutput());
        }
    }
}
