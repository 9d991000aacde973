package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client over a blocking socket that keeps every rule, or breaks the one it is told to.
 *
 * <p>What it reads it checks: frames from a server are unmasked and of minimal length. For one thread, save that one may
 * write while another one reads.
 */
public final class WebSocketPeer implements AutoCloseable {
    private final Wire wire;
    private boolean answersPings;

    WebSocketPeer(Wire wire) {
        this.wire = wire;
    }

    /** Connects to {@code path} without anything special. */
    public static WebSocketPeer connect(int port, String path) {
        return to(port).connect(path);
    }

    public static Dial to(int port) {
        return new Dial(port, "", 0, "", null);
    }

    /**
     * How to connect.
     *
     * @param port on this machine
     * @param source the address to connect from, such as 127.0.0.2; empty for what the system gives
     * @param receiveBuffer bytes of SO_RCVBUF, 0 for what the system gives
     * @param preface what is sent before anything else, also before TLS, a byte a character
     * @param tls null for a plain connection
     */
    public record Dial(
            int port,
            String source,
            int receiveBuffer,
            String preface,
            @Nullable SSLContext tls) {
        public Dial from(String address) {
            return new Dial(port, address, receiveBuffer, preface, tls);
        }

        public Dial receiveBuffer(int bytes) {
            return new Dial(port, source, bytes, preface, tls);
        }

        public Dial saying(String first) {
            return new Dial(port, source, receiveBuffer, first, tls);
        }

        public Dial tls(SSLContext context) {
            return new Dial(port, source, receiveBuffer, preface, context);
        }

        public WebSocketPeer connect(String path) {
            return connect(UpgradeRequest.to(port, path));
        }

        /** Connects with {@code permessage-deflate}, and fails where the server declines it. */
        public WebSocketPeer connectCompressing(String path) {
            return connect(UpgradeRequest.to(port, path).offering("permessage-deflate"), "permessage-deflate");
        }

        /** Shakes hands with {@code request}, and fails where the server does not. */
        public WebSocketPeer connect(UpgradeRequest request) {
            return connect(request, "");
        }

        private WebSocketPeer connect(UpgradeRequest request, String extension) {
            HttpPeer http = http();
            Response response = http.send(request.text()).response();
            if (response.status() != 101
                    || !response.header("Sec-WebSocket-Extensions").startsWith(extension)) {
                http.close();
                throw new AssertionError("Handshake of " + request.target() + " was answered with " + response);
            }
            assertThat(response.header("Sec-WebSocket-Accept")).isEqualTo(UpgradeRequest.accept(UpgradeRequest.KEY));
            return http.upgraded();
        }

        /** Connects, and says nothing yet. */
        public HttpPeer http() {
            return HttpPeer.to(this);
        }
    }

    /** From here on a ping that is met while reading is answered, and not handed out. */
    public WebSocketPeer answeringPings() {
        answersPings = true;
        return this;
    }

    /** Sends bytes as they are, in one write. */
    public WebSocketPeer sendBytes(byte[] bytes) {
        wire.write(bytes);
        return this;
    }

    /** Sends bytes in one write each. */
    public WebSocketPeer sendByteByByte(byte[] bytes) {
        for (byte b : bytes) {
            wire.write(new byte[] {b});
        }
        return this;
    }

    /** Sends bytes in pieces of random sizes, one write each; the largest size is random too, {@code most} at most. */
    public WebSocketPeer sendInPieces(byte[] bytes, Random random, int most) {
        int largest = 1 + random.nextInt(most);
        for (int start = 0; start < bytes.length; ) {
            int end = Math.min(bytes.length, start + 1 + random.nextInt(largest));
            sendBytes(Arrays.copyOfRange(bytes, start, end));
            start = end;
        }
        return this;
    }

    /** Sends frames as an honest client spells them, all in one write. */
    public WebSocketPeer send(Frame... frames) {
        return sendBytes(Frame.encodeAll(frames));
    }

    /** Sends a frame in a spelling of its own. */
    public WebSocketPeer send(Frame frame, Encoding encoding) {
        return sendBytes(frame.encode(encoding));
    }

    public WebSocketPeer sendText(String text) {
        return send(Frame.text(text));
    }

    public WebSocketPeer sendBinary(byte... payload) {
        return send(Frame.binary(payload));
    }

    public WebSocketPeer sendPing(byte... payload) {
        return send(Frame.ping(payload));
    }

    public WebSocketPeer sendPong(byte... payload) {
        return send(Frame.pong(payload));
    }

    public WebSocketPeer sendClose(int code, String reason) {
        return send(Frame.close(code, reason));
    }

    /** Sends frames unless the server has closed the connection, and answers whether it has not. */
    public boolean trySend(Frame... frames) {
        return wire.tryWrite(Frame.encodeAll(frames));
    }

    /** The next frame; fails where none comes within {@link Wire#PATIENCE}, or the connection ends. */
    public Frame frame() {
        return frameOrEnd().orElseThrow(() -> new AssertionError("The server closed the connection"));
    }

    /** The next frame, or nothing where the connection ends in its place. */
    public Optional<Frame> frameOrEnd() {
        while (true) {
            int first = wire.read(Wire.PATIENCE);
            if (first == Wire.END) {
                return Optional.empty();
            }
            if (first == Wire.NOTHING_YET) {
                throw new AssertionError("No frame came from the server within " + Wire.PATIENCE);
            }
            Frame frame = frameFrom(first);
            if (!answersPings || frame.opcode() != Frame.PING) {
                return Optional.of(frame);
            }
            trySend(Frame.pong(frame.payload()));
        }
    }

    private Frame frameFrom(int first) {
        int second = wire.require();
        assertThat(second & 0x80).as("mask bit of a frame from the server").isZero();
        int lengthBytes = second == 127 ? 8 : second == 126 ? 2 : 0;
        long length = lengthBytes == 0 ? second : number(lengthBytes);
        assertThat(lengthBytes).as("bytes that spell the length %d", length).isEqualTo(Encoding.minimal(length));
        byte[] payload = wire.bytes(Math.toIntExact(length));
        return new Frame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload);
    }

    private long number(int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | wire.require();
        }
        return number;
    }

    /** The next frame, which has to be a text message in one frame. */
    public String text() {
        Frame frame = frame();
        assertThat(frame).as("a text message").isEqualTo(Frame.text(frame.payload()));
        return frame.text();
    }

    public WebSocketPeer expect(Frame expected) {
        assertThat(frame()).isEqualTo(expected);
        return this;
    }

    /** Expects {@code expected}, compressed. */
    public WebSocketPeer expectCompressed(Frame expected) {
        Frame frame = frame();
        assertThat(frame.rsv()).as("reserved bits of %s", frame).isEqualTo(Frame.RSV1);
        assertThat(frame.inflated()).isEqualTo(expected);
        return this;
    }

    /** Expects {@code expected}, compressed or not. */
    public WebSocketPeer expectInflated(Frame expected) {
        assertThat(frame().inflated()).isEqualTo(expected);
        return this;
    }

    public WebSocketPeer expectText(String expected) {
        return expect(Frame.text(expected));
    }

    public WebSocketPeer expectBinary(byte... expected) {
        return expect(Frame.binary(expected));
    }

    public WebSocketPeer expectPong(byte... expected) {
        return expect(Frame.pong(expected));
    }

    /** Expects a close frame with {@code code} as the next frame. */
    public Frame expectClose(int code) {
        Frame frame = frame();
        assertThat(frame.opcode()).as("opcode of %s", frame).isEqualTo(Frame.CLOSE);
        assertThat(frame.closeCode()).as("code of %s", frame).isEqualTo(code);
        assertThat(frame.fin()).as("FIN of %s", frame).isTrue();
        assertThat(frame.rsv()).as("reserved bits of %s", frame).isZero();
        return frame;
    }

    /** Expects a close frame with {@code code}, and the end of the connection behind it. */
    public void expectCloseAndEof(int code) {
        expectClose(code);
        expectEof();
    }

    /** Expects the server to end the connection, in order or by a reset, saying nothing more. */
    public void expectEof() {
        wire.expectEnd();
    }

    /** Shows that nothing has come: the next frame is the answer to a ping that is sent now. */
    public WebSocketPeer expectNothingBeforePong() {
        byte[] payload = new byte[8];
        ThreadLocalRandom.current().nextBytes(payload);
        return sendPing(payload).expectPong(payload);
    }

    /** Closes in order: code 1000, its echo, the end. */
    public void leave() {
        sendClose(1000, "");
        expectCloseAndEof(1000);
        close();
    }

    /** Vanishes with a TCP reset. */
    public void vanish() {
        wire.reset();
    }

    /** The connection beneath. */
    public Wire wire() {
        return wire;
    }

    @Override
    public void close() {
        wire.close();
    }
}
