package dev.fanfare.cli.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A small relay on blocking sockets that passes each message on as often, and in what order, as a fault has it: to
 * WebSockets as it is, and on {@code /sse} as the event that Fanfare makes of it.
 */
final class FaultyRelay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<Socket> clients = new ArrayList<>();
    private final List<Socket> streams = new ArrayList<>();
    private final IntFunction<int[]> fault;
    private final FaultyRelay listeners;
    private final List<byte[]> messages = new ArrayList<>();

    /** {@code fault} gives the messages (by number, none later than n) that subscribers get when message n comes. */
    FaultyRelay(IntFunction<int[]> fault) throws IOException {
        this.fault = fault;
        this.listeners = this;
        listen();
    }

    /** A relay that passes everything on to the clients of another. */
    FaultyRelay(FaultyRelay other) throws IOException {
        this.fault = other.fault;
        this.listeners = other;
        listen();
    }

    private void listen() {
        start(() -> {
            while (true) {
                Socket client = listener.accept();
                start(() -> serve(client));
            }
        });
    }

    String url() {
        return "ws://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    private void serve(Socket client) throws IOException, NoSuchAlgorithmException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        boolean stream = line(in).startsWith("GET /sse?channel=bench ");
        String key = "";
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring(19) : key;
        }
        if (stream) {
            stream(client, in);
        } else {
            upgrade(client, key);
            while (relay(in)) {}
        }
        client.close();
    }

    private void stream(Socket client, DataInputStream in) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        String start = head + ":\n\ndata: {\"type\":\"open\"}\n\n";
        synchronized (this) {
            client.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            streams.add(client);
        }
        in.readAllBytes();
    }

    private void upgrade(Socket client, String key) throws IOException, NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
        synchronized (this) {
            client.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
            clients.add(client);
        }
    }

    private boolean relay(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte() & 0xf;
        int length = in.readUnsignedByte() & 0x7f;
        length = length == 126 ? in.readUnsignedShort() : length;
        byte[] key = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= key[i % 4];
        }
        if (opcode == FrameParser.TEXT) {
            listeners.publish(payload);
        }
        return opcode != FrameParser.CLOSE;
    }

    private synchronized void publish(byte[] payload) throws IOException {
        messages.add(payload);
        for (int number : fault.apply(messages.size() - 1)) {
            byte[] message = messages.get(number);
            byte[] header = {(byte) 0x81, 126, (byte) (message.length >>> 8), (byte) message.length};
            for (Socket client : clients) {
                OutputStream out = client.getOutputStream();
                out.write(header);
                out.write(message);
            }
            String event = new String(message, StandardCharsets.US_ASCII).replace("publish", "event");
            for (Socket stream : streams) {
                stream.getOutputStream().write(("data: " + event + "\n\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int one = in.readUnsignedByte(); one != '\n'; one = in.readUnsignedByte()) {
            line.append((char) one);
        }
        return line.toString().strip();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception e) {
                // The socket was closed, by either side: this thread's work is done.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (this) {
            for (Socket client : clients) {
                client.close();
            }
            for (Socket stream : streams) {
                stream.close();
            }
        }
    }
}
