import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client's WebSocket, which can vanish. One thread reads it, any may send. */
final class WebSocket {
    /** What comes on one. */
    interface Listener {
        void text(String text);

        void binary(byte[] payload);
    }

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final Pattern SESSION = Pattern.compile("(?i)\\r\\nFanfare-Session: (\\S+)\\r\\n");

    private final Socket socket;
    private final DataInputStream in;
    private String session = "";

    private WebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 * 1024));
    }

    /** Connects. What comes is read once {@link #read} runs. */
    static WebSocket open(Life life, String path) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), life.port), 5_000);
            WebSocket webSocket = new WebSocket(socket);
            webSocket.shakeHands(path);
            socket.setSoTimeout(0);
            return webSocket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void shakeHands(String path) throws IOException {
        socket.getOutputStream().write("""
            GET %s HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """.formatted(path).getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            bytes.write(in.readUnsignedByte());
        }
        String head = bytes.toString(StandardCharsets.US_ASCII);
        Matcher id = SESSION.matcher(head);
        if (!head.startsWith("HTTP/1.1 101 ") || !id.find()) {
            throw new IOException("refused");
        }
        session = id.group(1);
    }

    /** The id that the server gave the session. */
    String session() {
        return session;
    }

    void sendText(String text) throws IOException {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    void sendBinary(byte[] payload) throws IOException {
        send(BINARY, payload);
    }

    void sendClose(int code) throws IOException {
        send(CLOSE, new byte[] {(byte) (code >>> 8), (byte) code});
    }

    private void send(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (FIN | opcode));
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        }
        byte[] mask = {(byte) 0x5a, (byte) 0x96, (byte) 0x0f, (byte) payload.length};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        synchronized (this) {
            socket.getOutputStream().write(frame.array(), 0, frame.position());
        }
    }

    /** Ends TCP with a reset. */
    void vanish() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    /** Reads until the end, and returns how it came: the code and the reason, "cut" or "reset". */
    String read(Listener listener) {
        try (socket) {
            return readFrames(listener);
        } catch (EOFException e) {
            return "cut";
        } catch (IOException e) {
            return "reset";
        }
    }

    private String readFrames(Listener listener) throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            switch (first) {
                case FIN | TEXT -> listener.text(new String(payload, StandardCharsets.UTF_8));
                case FIN | BINARY -> listener.binary(payload);
                case FIN | CLOSE -> {
                    return closed(payload);
                }
                case FIN | PING -> send(PONG, payload);
                default -> throw new IllegalStateException("a frame that begins with " + first);
            }
        }
    }

    private String closed(byte[] payload) throws IOException {
        ByteBuffer body = ByteBuffer.wrap(payload);
        String code = body.remaining() < 2 ? "no code" : String.valueOf(body.getShort() & 0xffff);
        send(CLOSE, payload);
        return (code + " " + StandardCharsets.UTF_8.decode(body)).strip();
    }
}
