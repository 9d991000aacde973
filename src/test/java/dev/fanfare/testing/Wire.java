package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A blocking TCP or TLS connection whose reads have a deadline, and which says how it ended. */
public final class Wire implements AutoCloseable {
    /** How long anything that must happen may take before a test fails: generous, since it is waited for in full only then. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What {@link #read} answers where the stream is at its end, in order or by a reset. */
    public static final int END = -1;

    /** What {@link #read} answers where nothing came in time. */
    public static final int NOTHING_YET = -2;

    private final Socket socket;
    private final byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    private Wire(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects to a port of this machine.
     *
     * @param receiveBuffer bytes of SO_RCVBUF, 0 for what the system gives
     * @param tls how to make it a TLS connection, or null for a plain one
     */
    public static Wire connect(int port, int receiveBuffer, @Nullable SSLContext tls) {
        return connect(new WebSocketPeer.Dial(port, "", receiveBuffer, "", tls));
    }

    static Wire connect(WebSocketPeer.Dial dial) {
        var plain = new Socket();
        try {
            if (dial.receiveBuffer() > 0) {
                plain.setReceiveBufferSize(dial.receiveBuffer());
            }
            if (!dial.source().isEmpty()) {
                plain.bind(new InetSocketAddress(dial.source(), 0));
            }
            plain.setTcpNoDelay(true);
            plain.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), dial.port()), (int) PATIENCE.toMillis());
            plain.getOutputStream().write(dial.preface().getBytes(ISO_8859_1));
            SSLContext tls = dial.tls();
            return new Wire(
                    tls == null ? plain : tls.getSocketFactory().createSocket(plain, "localhost", dial.port(), true));
        } catch (IOException e) {
            closeQuietly(plain);
            throw new UncheckedIOException("Cannot connect to port " + dial.port(), e);
        }
    }

    /** Writes all of {@code bytes}, blocking while the server takes none. */
    public void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("The server has gone", e);
        }
    }

    /** Writes unless the connection has ended, and answers whether it has not. */
    public boolean tryWrite(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The next byte; fails the test where none comes within {@link #PATIENCE} or the stream ends. */
    public int require() {
        int next = read(PATIENCE);
        if (next < 0) {
            throw new AssertionError(
                    next == END
                            ? "The server closed the connection"
                            : "Nothing came from the server within " + PATIENCE);
        }
        return next;
    }

    /** The next byte, {@link #END}, or {@link #NOTHING_YET} after {@code bound}. */
    public int read(Duration bound) {
        if (start == end) {
            int count = fill(bound);
            if (count < 0) {
                return count;
            }
        }
        return buffer[start++] & 0xff;
    }

    private int fill(Duration bound) {
        try {
            socket.setSoTimeout(Math.max(1, (int) bound.toMillis()));
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                return END;
            }
            start = 0;
            end = count;
            return count;
        } catch (SocketTimeoutException e) {
            return NOTHING_YET;
        } catch (SocketException e) {
            return END;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next {@code count} bytes; fails as {@link #require} does. */
    public byte[] bytes(int count) {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) require();
        }
        return bytes;
    }

    /** The next line without its end, which has to be CR LF, a byte a character; fails as {@link #require} does. */
    public String line() {
        var line = new StringBuilder();
        for (int next = require(); next != '\n'; next = require()) {
            line.append((char) next);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new AssertionError("Not a line that ends with CR LF: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** Fails unless the server ends the connection within {@link #PATIENCE}, saying nothing more. */
    public void expectEnd() {
        int next = read(PATIENCE);
        if (next != END) {
            throw new AssertionError(
                    next == NOTHING_YET
                            ? "The server did not close the connection within " + PATIENCE
                            : "The server sent byte 0x%02x where it had to close the connection".formatted(next));
        }
    }

    /** Says that nothing more will be written, and goes on reading. */
    public void finishWriting() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset, as a machine that vanishes and comes back does. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }
}
