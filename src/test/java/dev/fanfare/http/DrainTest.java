package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.auth.Credentials;
import dev.fanfare.config.Configuration;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.testing.ManualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final Configuration CONFIGURATION = Configuration.load(null, Map.of());

    private final Vertx vertx = Vertx.vertx();
    private final LoopFixture fixture = new LoopFixture();
    private final Sessions sessions = new Sessions(fixture.meters, event -> {});
    private final List<SocketFixture.Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void tellsClientsToComeBackSpreadEvenlyOverFiveSeconds() {
        connect(5);
        Future<Duration> drained = drain(() -> 0L);
        assertThat(reasons())
                .containsExactly(
                        "retry after 0 ms",
                        "retry after 1000 ms",
                        "retry after 2000 ms",
                        "retry after 3000 ms",
                        "retry after 4000 ms");
        assertThat(drained.isComplete()).isFalse();
        disconnect();
        assertThat(drained.succeeded()).isTrue();
    }

    @Test
    void choosesTheMomentWithinEachShareAtRandom() {
        connect(5);
        Future<Duration> drained = drain(() -> 999L);
        assertThat(reasons()).startsWith("retry after 999 ms", "retry after 1999 ms");
        disconnect();
        assertThat(drained.succeeded()).isTrue();
    }

    @Test
    void isDoneAtOnceWhereNobodyIsConnected() {
        assertThat(drain(() -> 0L).succeeded()).isTrue();
    }

    private Future<Duration> drain(RandomGenerator random) {
        RandomGenerator bounded = new RandomGenerator() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public long nextLong(long bound) {
                assertThat(random.nextLong()).isLessThan(bound);
                return random.nextLong();
            }
        };
        return new Drain(vertx, CONFIGURATION.shutdown(), bounded).close(sessions);
    }

    private void connect(int count) {
        ManualLoop own = fixture.own;
        SessionLoop loop = fixture.sessionLoop(vertx, CONFIGURATION, sessions);
        IntStream.range(0, count).forEach(i -> {
            Session session = new Session(
                    loop,
                    "id",
                    new ClientAddress(InetAddress.getLoopbackAddress()),
                    new JsonProtocol(),
                    false,
                    () -> {});
            SocketFixture.Socket socket = new SocketFixture.Socket();
            socket.pipeline()
                    .addLast(PipelineTakeover.DECODER, new ChannelInboundHandlerAdapter())
                    .addLast(session.connection());
            session.begin(
                    new Credentials(null, "127.0.0.1", MultiMap.caseInsensitiveMultiMap()), Unpooled.EMPTY_BUFFER);
            own.settle();
            sockets.add(socket);
        });
    }

    private void disconnect() {
        for (SocketFixture.Socket socket : sockets) {
            assertThat(socket.close().isSuccess()).isTrue();
        }
    }

    private List<String> reasons() {
        return sockets.stream().map(DrainTest::reason).toList();
    }

    private static String reason(SocketFixture.Socket socket) {
        String reason = "";
        for (ByteBuf frame = socket.readOutbound(); frame != null; frame = socket.readOutbound()) {
            if (frame.readableBytes() > 4) {
                reason = frame.toString(frame.readerIndex() + 4, frame.readableBytes() - 4, StandardCharsets.UTF_8);
            }
            frame.release();
        }
        return reason;
    }
}
