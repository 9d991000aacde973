package dev.fanfare.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fanfare.config.RedisUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a client takes for a Redis: it answers PING, and each command with what it was told to, and knows no others. Whether
 * letters are capital does not matter.
 */
final class ScriptedRedis implements AutoCloseable {
    private final ServerSocket listener;
    private final Thread acceptor;
    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of("ping", "+PONG\r\n"));
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Socket> subscribers = new CopyOnWriteArrayList<>();

    ScriptedRedis() {
        try {
            listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = thread(() -> {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                thread(() -> converse(socket));
            }
        });
    }

    /** A string of RESP. */
    static String bulk(String text) {
        return "$" + text.getBytes(UTF_8).length + "\r\n" + text + "\r\n";
    }

    /** A list of RESP: of strings, of whole numbers, of lists, and nil for anything else. */
    static String list(Object... items) {
        StringBuilder list = new StringBuilder("*" + items.length + "\r\n");
        for (Object item : items) {
            list.append(
                    item instanceof String text
                            ? bulk(text)
                            : item instanceof Integer number
                                    ? ":" + number + "\r\n"
                                    : item instanceof Object[] inner ? list(inner) : "$-1\r\n");
        }
        return list.toString();
    }

    /** @param answer in RESP; empty for none */
    ScriptedRedis answering(String command, String answer) {
        answers.put(command.toLowerCase(Locale.ROOT), answer);
        return this;
    }

    RedisUrl url() {
        return new RedisUrl(false, "127.0.0.1", listener.getLocalPort(), 0, new RedisUrl.Login("", ""));
    }

    /** What it was asked, in small letters. */
    List<String> commands() {
        return commands;
    }

    /** Says something unasked on every connection that subscribed to anything. */
    void push(String message) {
        subscribers.forEach(socket -> {
            try {
                write(socket, message);
            } catch (IOException e) {
                // It was closed before.
            }
        });
    }

    /** How many connections a client has opened and not closed. */
    int connections() {
        return sockets.size();
    }

    private void converse(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = new String[Integer.parseInt(line.substring(1))];
            for (int i = 0; i < words.length; i++) {
                in.readLine();
                words[i] = in.readLine();
            }
            String command = String.join(" ", words).toLowerCase(Locale.ROOT);
            if (command.startsWith("subscribe ")) {
                subscribers.add(socket);
            }
            commands.add(command);
            write(socket, answers.getOrDefault(command, "-ERR unknown command '" + words[0] + "'\r\n"));
        }
        sockets.remove(socket);
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        synchronized (socket) {
            out.write(text.getBytes(UTF_8));
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread thread(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // It was closed.
                    }
                },
                "scripted Redis");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // The system goes on to accept until this thread has noticed.
            acceptor.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
