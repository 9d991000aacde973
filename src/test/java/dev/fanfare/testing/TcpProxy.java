package dev.fanfare.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What stands between a client and a server, and does to their connections what networks do. */
public final class TcpProxy implements AutoCloseable {
    private final int port = FreePort.next();
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean swallowing;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;

    private TcpProxy(int target) {
        this.target = target;
    }

    /** Listens, and passes what comes on to port {@code target} of this machine. */
    public static TcpProxy to(int target) {
        var proxy = new TcpProxy(target);
        proxy.pass();
        return proxy;
    }

    public int port() {
        return port;
    }

    /** How many connections it has accepted. */
    public int accepted() {
        return accepted.get();
    }

    /** Becomes a network that loses everything: connections stay open and new ones are accepted, but no byte gets through. */
    public void swallow() {
        swallowing = true;
    }

    /** Passes everything. Connections whose bytes were swallowed are cut, as TCP never loses one in the middle. */
    public synchronized void pass() {
        swallowing = false;
        links.stream().filter(link -> link.lossy).forEach(Link::close);
        if (listener == null) {
            try {
                var opened = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
                listener = opened;
                acceptor = thread("proxy " + port, () -> accept(opened));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Ends all connections; new ones are as welcome as before. */
    public synchronized void cut() {
        links.forEach(Link::close);
    }

    /** Refuses new connections; those that are open stay. */
    public void refuse() {
        Thread accepting;
        synchronized (this) {
            if (listener != null) {
                closeQuietly(listener);
                listener = null;
            }
            accepting = acceptor;
        }
        // The system goes on accepting for as long as the thread is in its call.
        try {
            if (accepting != null) {
                accepting.join(Wire.PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        refuse();
        cut();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                synchronized (this) {
                    if (from.isClosed()) {
                        closeQuietly(client);
                    } else {
                        connect(client);
                    }
                }
            } catch (IOException e) {
                // It refuses from now on, which the loop's condition tells.
            }
        }
    }

    private void connect(Socket client) {
        accepted.incrementAndGet();
        var server = new Socket();
        var link = new Link(client, server);
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            link.close();
            return;
        }
        links.add(link);
        thread("proxy " + port + " up", () -> link.pump(client, server));
        thread("proxy " + port + " down", () -> link.pump(server, client));
    }

    private static Thread thread(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception ignored) {
            // It is gone either way.
        }
    }

    /** A connection of a client, and its continuation to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean lossy;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to) {
            byte[] buffer = new byte[16 * 1024];
            try {
                for (int count = from.getInputStream().read(buffer);
                        count >= 0;
                        count = from.getInputStream().read(buffer)) {
                    if (swallowing) {
                        lose();
                    } else {
                        to.getOutputStream().write(buffer, 0, count);
                    }
                }
            } catch (IOException e) {
                // One end has gone; the other one follows.
            }
            if (swallowing) {
                lose();
            } else {
                close();
            }
        }

        /** Keeps bytes, or the end of the stream, from the other side, who hears of neither until the network is back. */
        private void lose() {
            lossy = true;
            if (!swallowing) {
                close();
            }
        }

        void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
