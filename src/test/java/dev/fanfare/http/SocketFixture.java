package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.config.Configuration;
import dev.fanfare.testing.ManualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A connection in a channel without a network, with a peer that can stop reading and a clock that is wound by hand. */
final class SocketFixture implements WebSocketConnection.Listener {
    static final String RESPONSE = "HTTP/1.1 101";

    final ManualLoop own = new ManualLoop();
    final List<String> events = new ArrayList<>();
    final Socket socket = new Socket();
    final WebSocketConnection connection;

    /** @param yaml the keys of {@code session}, a line each */
    SocketFixture(String... yaml) {
        String text = yaml.length == 0 ? "" : "session:\n  " + String.join("\n  ", yaml) + "\n";
        Configuration.SessionLimits limits =
                Configuration.parse(text, "test.yaml", Map.of()).session();
        connection = new WebSocketConnection(this, limits, new Tick(own));
        socket.freezeTime();
        socket.pipeline()
                .addLast(PipelineTakeover.DECODER, new ChannelInboundHandlerAdapter())
                .addLast(new FragmentGuard(connection, limits.maxFragments(), limits.assemblyTimeout()))
                .addLast(connection);
    }

    SocketFixture accept() {
        connection.accept(Unpooled.copiedBuffer(RESPONSE, StandardCharsets.US_ASCII));
        own.settle();
        assertThat(ascii()).isEqualTo(RESPONSE);
        return this;
    }

    /** The time passes second by second, as it does. */
    void pass(long millis) {
        for (long left = millis; left > 0; left -= 1_000) {
            standStill(Math.min(left, 1_000));
        }
    }

    /** The loop does nothing for so long, and then what was due meanwhile. */
    void standStill(long millis) {
        socket.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
        own.settle();
    }

    /** All that was written since the last call, in hexadecimal. */
    String sent() {
        own.settle();
        return HexFormat.of().formatHex(bytes());
    }

    private String ascii() {
        return new String(bytes(), StandardCharsets.US_ASCII);
    }

    private byte[] bytes() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf next = socket.readOutbound(); next != null; next = socket.readOutbound()) {
            all.writeBytes(next);
            next.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    boolean reads() {
        return socket.config().isAutoRead();
    }

    @Override
    public void message(boolean text, boolean compressed, byte[] message) {
        events.add((text ? "text " : "binary ") + new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void writable() {
        events.add("writable");
    }

    @Override
    public void ended(String reason) {
        events.add("ended " + reason);
    }

    @Override
    public void gone() {
        events.add("gone");
    }

    /** A channel whose peer takes what is written, or nothing. */
    static final class Socket extends EmbeddedChannel implements DuplexChannel {
        boolean stalled;
        boolean outputShutdown;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!stalled) {
                super.doWrite(in);
            }
        }

        void resume() {
            stalled = false;
            flush();
            runPendingTasks();
        }

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownInput() {
            throw new AssertionError("the peer ends what it sends");
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            return shutdownInput();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputShutdown;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            assertThat(outputShutdown).as("shut down once").isFalse();
            outputShutdown = true;
            return newSucceededFuture();
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            return shutdownOutput();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdown() {
            throw new AssertionError("only the output is shut down");
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            return shutdown();
        }
    }
}
