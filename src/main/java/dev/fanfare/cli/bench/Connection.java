package dev.fanfare.cli.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One socket: it connects, asks for what is spoken on it, subscribes, then receives until it is closed. It answers pings
 * and keeps the beginning of what has not all come. Belongs to its loop's thread.
 */
final class Connection implements FrameParser.Sink {

    private enum State {
        CONNECTING,
        ASKING,
        SUBSCRIBING,
        OPEN,
        CLOSING
    }

    private static final byte[] NOTHING = {};

    private final SocketLoop loop;
    private final Target target;
    private final boolean listens;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Ledger ledger = new Ledger();
    private final Transport transport;
    private State state = State.CONNECTING;
    private byte[] begun = NOTHING;
    private @Nullable ByteBuffer unsent;
    private long now;

    /** @param listens false where it only publishes: then it does not subscribe, and what comes is passed over */
    Connection(SocketLoop loop, Selector selector, Target target, int number, boolean listens) throws IOException {
        this.loop = loop;
        this.target = target;
        this.listens = listens;
        this.transport = loop.transport(listens);
        this.channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (target.source(number).getAddress().isLoopbackAddress()) {
            channel.bind(target.source(number));
        }
        boolean connected = channel.connect(target.address());
        this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        if (connected) {
            connectable();
        }
    }

    void connectable() throws IOException {
        if (state == State.CONNECTING && channel.finishConnect()) {
            state = State.ASKING;
            key.interestOps(SelectionKey.OP_READ);
            send(transport.request(target, loop.offer()));
        }
    }

    /** Reads once, through the loop's buffer, and returns the time at which that was read. */
    long readable(ByteBuffer in) throws IOException, BenchException {
        in.clear().put(begun);
        int count = channel.read(in);
        now = System.nanoTime();
        if (count < 0) {
            loop.ended(this, state == State.CLOSING);
            return now;
        }
        int to = in.position();
        int from = state == State.ASKING ? answered(in, to) : 0;
        if (state != State.ASKING) {
            from = transport.parse(in, from, to, this);
        }
        begun = from == to ? NOTHING : bytes(in, from, to - from);
        return now;
    }

    private int answered(ByteBuffer in, int to) throws IOException, BenchException {
        int end = ResponseHead.end(in, to);
        if (end > 0) {
            transport.accept(new ResponseHead(text(in, 0, end)), loop.offer());
            if (listens && loop.dialect().confirms()) {
                state = State.SUBSCRIBING;
                subscribe(loop.dialect().subscription());
            } else {
                opened();
            }
        }
        return end;
    }

    private void subscribe(String command) throws IOException {
        if (!command.isEmpty()) {
            send(FrameParser.TEXT, ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void frame(int opcode, boolean compressed, ByteBuffer in, int offset, int length) throws ProtocolException {
        if (compressed && !loop.offer().compression()) {
            throw new ProtocolException("a compressed frame, which was not offered");
        }
        switch (opcode) {
            case FrameParser.TEXT, FrameParser.BINARY -> {
                if (compressed) {
                    ByteBuffer message = loop.inflation().inflate(in, offset, length);
                    message(message, 0, message.limit());
                } else {
                    message(in, offset, length);
                }
            }
            case FrameParser.PING -> pong(in.slice(offset, length));
            case FrameParser.PONG -> {}
            case FrameParser.CLOSE -> closed(in, offset, length);
            default -> throw new ProtocolException("a frame with opcode " + opcode);
        }
    }

    private void message(ByteBuffer in, int offset, int length) throws ProtocolException {
        if (!listens) {
            return; // an echo of what it published
        }
        if (state != State.SUBSCRIBING) {
            loop.tally().message(ledger, in, offset, length, now);
        } else if (confirmed(text(in, offset, length))) {
            opened();
        }
    }

    private boolean confirmed(String text) throws ProtocolException {
        try {
            return loop.dialect().confirms(text);
        } catch (BenchException e) {
            throw new ProtocolException(e.getMessage());
        }
    }

    private void opened() {
        state = State.OPEN;
        loop.opened();
    }

    private void pong(ByteBuffer payload) {
        try {
            send(FrameParser.PONG, payload);
        } catch (IOException e) {
            loop.failed("a pong could not be sent: " + e.getMessage());
        }
    }

    private void closed(ByteBuffer in, int offset, int length) {
        if (state != State.CLOSING) {
            String code = length < 2 ? "no code" : String.valueOf(in.getShort(offset) & 0xffff);
            String reason = length < 2 ? "" : text(in, offset + 2, length - 2);
            loop.failed("the server closed a socket with " + code + " " + reason);
        }
    }

    /** Parts in good order; the server is to end the connection. */
    void close() throws IOException {
        state = State.CLOSING;
        transport.part(this);
    }

    /** Ends this half of TCP. */
    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    void abort() throws IOException {
        channel.close();
    }

    /** Sends one frame of a WebSocket. */
    void send(int opcode, ByteBuffer payload) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(payload.remaining() + FrameWriter.OVERHEAD);
        FrameWriter.write(out, opcode, payload);
        send(out.flip());
    }

    /** Writes what the socket takes now and keeps a copy of the rest. */
    void send(ByteBuffer out) throws IOException {
        if (unsent == null) {
            channel.write(out);
        }
        if (out.hasRemaining()) {
            int waiting = unsent == null ? 0 : unsent.remaining();
            ByteBuffer rest = ByteBuffer.allocate(waiting + out.remaining());
            if (unsent != null) {
                rest.put(unsent);
            }
            unsent = rest.put(out).flip();
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    void writable() throws IOException {
        if (unsent != null) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                unsent = null;
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }
    }

    /** Whether something waits for the socket to take it. */
    boolean congested() {
        return unsent != null;
    }

    Ledger ledger() {
        return ledger;
    }

    private static String text(ByteBuffer in, int offset, int length) {
        return new String(bytes(in, offset, length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in, int offset, int length) {
        byte[] bytes = new byte[length];
        in.get(offset, bytes);
        return bytes;
    }
}
