package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WebSocketConnectionTest {
    private static final String PING = "8900";
    private static final ByteBuf LARGE = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[100_000]));

    @Test
    void givesWholeMessagesToItsListener() {
        SocketFixture fixture = new SocketFixture().accept();
        fixture.socket.writeInbound(new TextWebSocketFrame("hello"));
        fixture.socket.writeInbound(new BinaryWebSocketFrame(bytes("bytes")));
        assertThat(fixture.events).containsExactly("text hello", "binary bytes");
    }

    @Test
    void holdsWhatComesBeforeTheResponse() {
        SocketFixture fixture = new SocketFixture();
        fixture.socket.writeInbound(new TextWebSocketFrame("early"));
        assertThat(fixture.events).isEmpty();
        fixture.accept();
        assertThat(fixture.events).containsExactly("text early");
    }

    @Test
    void releasesWhatItHeldWhereItNeverOpens() {
        SocketFixture fixture = new SocketFixture();
        ByteBuf early = bytes("early");
        fixture.socket.writeInbound(new TextWebSocketFrame(early));
        assertThat(fixture.socket.close().isSuccess()).isTrue();
        assertThat(early.refCnt()).isZero();
        assertThat(fixture.events).containsExactly("ended lost", "gone");
        ByteBuf response = bytes("late");
        fixture.connection.accept(response);
        assertThat(response.refCnt()).isZero();
    }

    @Test
    void pingsInItsIntervalAndStaysWithWhoAnswers() {
        SocketFixture fixture = new SocketFixture("ping-interval: 10s", "pong-timeout: 20s").accept();
        for (int i = 0; i < 10; i++) {
            fixture.pass(9_000);
            assertThat(fixture.sent()).isEmpty();
            fixture.pass(1_000);
            assertThat(fixture.sent()).isEqualTo(PING);
            fixture.socket.writeInbound(new PongWebSocketFrame());
        }
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void closesWhoDoesNotAnswerPings() {
        SocketFixture fixture = new SocketFixture("ping-interval: 10s", "pong-timeout: 25s").accept();
        fixture.pass(24_000);
        assertThat(fixture.sent()).isEqualTo(PING + PING);
        fixture.pass(1_000);
        assertThat(fixture.sent()).startsWith("88").contains("0fa0");
        assertThat(fixture.events).containsExactly("ended no_pong");
        assertThat(fixture.socket.outputShutdown).isTrue();
    }

    @Test
    void doesNotHoldTheTimeInWhichItStoodStillItselfAgainstAPeer() {
        SocketFixture fixture = new SocketFixture("ping-interval: 10s", "pong-timeout: 25s").accept();
        fixture.standStill(10_000 + 60_000);
        assertThat(fixture.sent()).isEqualTo(PING);
        fixture.pass(14_000);
        assertThat(fixture.events).isEmpty();
        fixture.pass(1_000);
        assertThat(fixture.events).containsExactly("ended no_pong");
    }

    @Test
    void doesNotHoldTheTimeInWhichItDoesNotReadAgainstAPeer() {
        SocketFixture fixture = new SocketFixture("ping-interval: 10s", "pong-timeout: 25s").accept();
        fixture.connection.read(false);
        fixture.pass(49_000);
        fixture.connection.read(true);
        fixture.pass(24_000);
        assertThat(fixture.events).isEmpty();
        fixture.pass(1_000);
        assertThat(fixture.events).containsExactly("ended no_pong");
    }

    @Test
    void doesNotWaitForEverForAPongThatItDoesNotRead() {
        SocketFixture fixture = new SocketFixture("ping-interval: 10s", "pong-timeout: 25s").accept();
        fixture.connection.read(false);
        fixture.pass(74_000);
        assertThat(fixture.events).isEmpty();
        fixture.pass(1_000);
        assertThat(fixture.events).containsExactly("ended no_pong");
    }

    @Test
    void answersAPingWithItsPayload() {
        SocketFixture fixture = new SocketFixture().accept();
        fixture.socket.writeInbound(new PingWebSocketFrame(bytes("hi")));
        assertThat(fixture.sent()).isEqualTo("8a026869");
    }

    @Test
    void owesAPeerThatTakesNothingOnePongAndReadsNoFurther() {
        SocketFixture fixture = new SocketFixture().accept();
        stall(fixture);
        fixture.socket.writeInbound(new PingWebSocketFrame(bytes("hi")));
        assertThat(fixture.reads()).isFalse();
        fixture.socket.resume();
        assertThat(fixture.sent()).hasSize(2 * 100_000 + 8).endsWith("8a026869");
        assertThat(fixture.reads()).isTrue();
        assertThat(fixture.events).containsExactly("writable");
    }

    @Test
    void owesAPongForTheLatestOfSeveralPings() {
        SocketFixture fixture = new SocketFixture().accept();
        stall(fixture);
        ByteBuf first = bytes("a");
        fixture.socket.writeInbound(new PingWebSocketFrame(first), new PingWebSocketFrame(bytes("b")));
        fixture.socket.resume();
        assertThat(fixture.sent()).endsWith("8a0162").doesNotContain("8a0161");
        assertThat(first.refCnt()).isZero();
    }

    @Test
    void closesASlowConsumerByWhatEarlierFlushesLeft() {
        SocketFixture fixture = new SocketFixture("send-limit: 150000B").accept();
        fixture.socket.stalled = true;
        assertThat(fixture.connection.deliver(LARGE)).isTrue();
        assertThat(fixture.connection.deliver(LARGE)).as("the same tick").isTrue();
        fixture.own.settle();
        assertThat(fixture.connection.deliver(LARGE)).as("the next tick").isFalse();
        assertThat(fixture.events).containsExactly("ended slow_consumer");
        assertThat(fixture.connection.deliver(LARGE)).isFalse();
        fixture.pass(10_000);
        assertThat(fixture.socket.isOpen()).as("cut after the write timeout").isFalse();
        assertThat(fixture.events).containsExactly("ended slow_consumer", "gone");
    }

    @Test
    void closesOnceWhoeverStartsIt() {
        SocketFixture fixture = new SocketFixture().accept();
        fixture.connection.close(CloseCode.SHUTTING_DOWN, "bye");
        fixture.connection.close(CloseCode.POLICY, "again");
        fixture.socket.writeInbound(new CloseWebSocketFrame(1000, ""));
        fixture.socket.writeInbound(new TextWebSocketFrame("late"));
        fixture.socket.pipeline().fireExceptionCaught(new TooLongFrameException());
        assertThat(fixture.sent()).isEqualTo("880503e9627965");
        assertThat(fixture.socket.close().isSuccess()).isTrue();
        assertThat(fixture.events).containsExactly("ended shutting_down", "gone");
    }

    @Test
    void answersACloseWithItsCode() {
        SocketFixture fixture = new SocketFixture().accept();
        fixture.socket.writeInbound(new CloseWebSocketFrame(4_999, "why"));
        assertThat(fixture.sent()).isEqualTo("88021387");
        assertThat(fixture.events).containsExactly("ended client");
        assertThat(fixture.socket.outputShutdown).isTrue();
    }

    @Test
    void closesWithTheCodeThatTheErrorHas() {
        assertThat(closedBy(new TooLongFrameException())).isEqualTo("ended too_big");
        assertThat(closedBy(new IllegalStateException("a defect of ours"))).isEqualTo("ended internal_error");
        assertThat(closedBy(new IOException("reset"))).isEqualTo("ended lost");
    }

    private static String closedBy(Throwable cause) {
        SocketFixture fixture = new SocketFixture().accept();
        fixture.socket.pipeline().fireExceptionCaught(cause);
        return fixture.events.get(0);
    }

    @Test
    void refusesMoreFragmentsThanItMayHave() {
        SocketFixture fixture = new SocketFixture("max-fragments: 3").accept();
        fixture.socket.writeInbound(new TextWebSocketFrame(false, 0, "a"));
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(false, 0, "b"));
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(true, 0, "c"));
        assertThat(fixture.events).noneMatch(event -> event.startsWith("ended"));
        fixture.socket.writeInbound(new TextWebSocketFrame(false, 0, "a"));
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(false, 0, "b"));
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(false, 0, "c"));
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(true, 0, "d"));
        assertThat(fixture.events).contains("ended policy");
    }

    @Test
    void refusesAFragmentedMessageThatTakesTooLong() {
        SocketFixture fixture = new SocketFixture("assembly-timeout: 5s").accept();
        fixture.socket.writeInbound(new TextWebSocketFrame(false, 0, "a"));
        fixture.pass(4_000);
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(true, 0, "b"));
        fixture.pass(10_000);
        assertThat(fixture.events).noneMatch(event -> event.startsWith("ended"));
        fixture.socket.writeInbound(new TextWebSocketFrame(false, 0, "a"));
        fixture.pass(4_000);
        fixture.socket.writeInbound(new ContinuationWebSocketFrame(false, 0, "b"));
        fixture.pass(1_000);
        assertThat(fixture.events).contains("ended policy");
    }

    private static void stall(SocketFixture fixture) {
        fixture.socket.stalled = true;
        assertThat(fixture.connection.deliver(LARGE)).isTrue();
        fixture.own.settle();
        assertThat(fixture.connection.isWritable()).isFalse();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
