package dev.fanfare.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A client of the training run on one socket. It is blocking and plain: the JDK's own client would be a quarter of the
 * classes in the archive, and no instance needs it.
 */
final class Visitor implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;
    private static final String UPGRADE = String.join(
            "\r\n",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    private static final String COMPRESSION = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    private static final int MASKED = 0x80;
    private static final int LENGTH_OF_TWO_BYTES = 126;

    private final int port;
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private Visitor(int port) throws IOException {
        this.port = port;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** The status that a path is answered with; the body is read to its end. */
    static int get(int port, String path) throws IOException {
        try (Visitor visitor = new Visitor(port)) {
            visitor.request(path, "Connection: close\r\n");
            int status = visitor.head();
            visitor.in.readAllBytes();
            return status;
        }
    }

    /** A WebSocket that has been accepted. */
    static Visitor upgrade(int port, String path) throws IOException {
        return upgrade(port, path, UPGRADE);
    }

    /** One that takes compressed messages. */
    static Visitor compressing(int port, String path) throws IOException {
        return upgrade(port, path, UPGRADE + COMPRESSION);
    }

    private static Visitor upgrade(int port, String path, String headers) throws IOException {
        Visitor visitor = new Visitor(port);
        visitor.request(path, headers);
        int status = visitor.head();
        if (status != 101) {
            visitor.close();
            throw new IOException("the handshake on " + path + " was answered with " + status);
        }
        return visitor;
    }

    private void request(String path, String headers) throws IOException {
        out.write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + headers + "\r\n").getBytes(UTF_8));
    }

    /** Reads a response's head byte by byte, so that what comes behind it stays unread, and returns its status. */
    private int head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }

    /** Sends a text of less than 64 KiB; a mask of zeros leaves it as it is. */
    void send(String text) throws IOException {
        byte[] payload = text.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) 0x81);
        if (payload.length < LENGTH_OF_TWO_BYTES) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | LENGTH_OF_TWO_BYTES)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
    }

    /** Reads one frame, which has to contain the text. */
    void expect(String text) throws IOException {
        in.readByte();
        int length = in.readUnsignedByte();
        byte[] payload = new byte[length == LENGTH_OF_TWO_BYTES ? in.readUnsignedShort() : length];
        in.readFully(payload);
        String received = new String(payload, UTF_8);
        if (!received.contains(text)) {
            throw new IOException("instead of " + text + " came " + received);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
