package dev.fanfare.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect, and the connection that comes of it, until it ends: once, for one reason. Keeps count of what is read and not dealt with, and takes the
 * server for dead when it is silent although it is read from.
 */
final class Connection implements Connector.Listener {
    private final Loop loop;
    private final Callbacks callbacks;
    private final Peer peer;
    private final ClientBuilder<?> options;
    private final Owner owner;

    private @Nullable Link link;
    private Loop.@Nullable Timer timer;
    /** Whether what comes is passed over, since it is closed from here. */
    private boolean leaving;

    private boolean over;
    private long openedAt;
    private long heardAt;
    private int held;

    /** Who is told of its opening and its end. */
    interface Owner {
        void opened(Connection connection);

        void ended(Connection connection, Ending ending);
    }

    Connection(Loop loop, Callbacks callbacks, Peer peer, ClientBuilder<?> options, Owner owner) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.peer = peer;
        this.options = options;
        this.owner = owner;
    }

    /** Asks for a token and connects with it. */
    void begin(Connector connector) {
        after(options.connectTimeout, () -> end(Ending.broken("no connection within " + options.connectTimeout)));
        if (options.token == null) {
            connector.connect(null, this);
            return;
        }
        try {
            options.token
                    .get()
                    .whenComplete((token, failure) -> JdkLink.tell(loop, () -> {
                        if (over) {
                            return;
                        }
                        if (failure != null) {
                            noToken(JdkConnector.cause(failure));
                        } else {
                            connector.connect(token, this);
                        }
                    }));
        } catch (RuntimeException e) {
            noToken(e);
        }
    }

    private void noToken(Throwable cause) {
        callbacks.error(new ClientException("token", "the token supplier failed: " + cause, cause));
        end(Ending.broken("there is no token"));
    }

    private void after(Duration delay, Runnable task) {
        if (timer != null) {
            timer.cancel();
        }
        timer = loop.schedule(delay, () -> {
            if (!over) {
                task.run();
            }
        });
    }

    private void end(Ending ending) {
        if (over) {
            return;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        if (link != null) {
            link.abort();
        }
        owner.ended(this, ending);
    }

    /** Whether it is open. */
    boolean isOpen() {
        return link != null && !over;
    }

    /** What it is spoken on; only where it is open. */
    Link link() {
        return requireNonNull(link);
    }

    /** Whether it has stood for so long. */
    boolean lasted(Duration duration) {
        return link != null && loop.nanoTime() - openedAt >= duration.toNanos();
    }

    /** Ends it from here: with a close, which the server may take a while to answer, where there is somebody to say it to. */
    void close(Duration patience) {
        if (isOpen()) {
            leaving = true;
            link().close(Ending.NORMAL);
            for (; held > 0; held--) {
                link().request(); // what it was held for is not dealt with any more, and the peer's goodbye stands
                // behind it
            }
            after(patience, this::cut);
        } else {
            cut();
        }
    }

    private void cut() {
        end(Ending.closed(Ending.NORMAL, ""));
    }

    @Override
    public void failed(Throwable cause) {
        end(Ending.failed(cause, options.anotherToken));
    }

    @Override
    public void opened(Link opened) {
        if (over) {
            opened.abort();
            return;
        }
        link = opened;
        openedAt = loop.nanoTime();
        heardAt = openedAt;
        after(options.pingInterval, this::watch);
        owner.opened(this);
    }

    private void watch() {
        boolean reading = held < Connector.WINDOW;
        if (reading && loop.nanoTime() - heardAt >= options.silenceTimeout.toNanos()) {
            end(Ending.broken("the server has been silent for " + options.silenceTimeout));
            return;
        }
        link().ping();
        after(options.pingInterval, this::watch);
    }

    @Override
    public void heard() {
        heardAt = loop.nanoTime();
    }

    @Override
    public void text(String text) {
        if (!over) {
            read(() -> peer.text(text));
        }
    }

    @Override
    public void binary(byte[] bytes) {
        if (!over) {
            read(() -> peer.binary(bytes));
        }
    }

    /** Has a message dealt with. The next is read when the callbacks that it was given to have run, at once where there are none. */
    private void read(Runnable message) {
        heard();
        if (leaving) {
            link().request();
            return;
        }
        held++;
        long before = callbacks.given();
        message.run();
        if (callbacks.given() != before) {
            callbacks.run(() -> JdkLink.tell(loop, this::release));
        } else {
            release();
        }
    }

    private void release() {
        if (leaving) {
            return;
        }
        if (held == Connector.WINDOW) {
            heard(); // it was not listened to until now
        }
        held--;
        if (!over) {
            link().request();
        }
    }

    @Override
    public void ended(int code, String reason) {
        end(Ending.closed(code, reason));
    }
}
