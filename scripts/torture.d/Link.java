import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What stands between an instance and Redis, and lets through what it likes. */
final class Link {
    enum Mode {
        PASS,
        STALL,
        SWALLOW,
        SWALLOW_UP,
        SWALLOW_DOWN,
        REFUSE
    }

    private final Site site;
    private final ServerSocketChannel listener =
            ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    Link(Site site) throws IOException {
        this.site = site;
        site.threads.submit(() -> accept());
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    private Void accept() throws IOException {
        while (true) {
            SocketChannel instance = listener.accept();
            if (mode == Mode.REFUSE) {
                reset(instance);
                continue;
            }
            try {
                SocketChannel redis = site.redis.connect();
                connections.add(instance);
                site.threads.submit(() -> pump(instance, redis, true));
                site.threads.submit(() -> pump(redis, instance, false));
            } catch (IOException e) {
                reset(instance); // Redis is down
            }
        }
    }

    /** Carries bytes one way until either end is gone, and then ends both. */
    private void pump(SocketChannel from, SocketChannel to, boolean up) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                while (mode == Mode.STALL) {
                    Thread.sleep(5);
                }
                if (!swallows(up)) {
                    to.write(buffer.flip());
                }
            }
        } catch (IOException | InterruptedException e) {
            // either end is gone
        }
        connections.remove(up ? from : to);
    }

    private boolean swallows(boolean up) {
        return mode == Mode.SWALLOW || mode == (up ? Mode.SWALLOW_UP : Mode.SWALLOW_DOWN);
    }

    /** Stays in a mode for a time; what then is cut was in no state to go on. */
    void stand(Mode other, int millis, boolean cut) throws InterruptedException {
        mode = other;
        if (other == Mode.REFUSE) {
            cut();
        }
        Thread.sleep(millis);
        if (cut) {
            cut();
        }
        mode = Mode.PASS;
    }

    void cut() {
        connections.forEach(Link::reset);
    }

    private static void reset(SocketChannel connection) {
        try {
            connection.setOption(StandardSocketOptions.SO_LINGER, 0);
            connection.close();
        } catch (IOException e) {
            // it is gone already
        }
    }
}
