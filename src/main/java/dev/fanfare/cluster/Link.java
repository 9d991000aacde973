package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one server of Redis, kept alive. It is up when all subscriptions were confirmed and a probe has come
 * round: published on the one connection, received on the other. It is down when that was not so for three probes, when
 * a publication was not confirmed in time, or when a connection ends; then it connects again and subscribes to everything,
 * until it is closed. Belongs to the bridge's event loop.
 */
final class Link implements Subscriptions.Listener {
    /** A probe is sent this often. */
    static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);

    /** What is said of a command that there was no connection for. */
    static final String DOWN = "down";

    /** So many may be missing. */
    private static final int PROBES_MISSED = 3;

    private static final String PROBE = "probe ";
    private static final Pattern TIME = Pattern.compile("-?\\d{1,18}");
    private static final long FIRST_BACKOFF = 100;
    private static final long MOST_BACKOFF = 5_000;

    /** Is told how the link is. */
    interface Watcher {
        void up();

        /** {@code cause} is null where the connection was lost, and not refused. */
        void down(Link link, String reason, @Nullable Throwable cause);

        /** A channel, or null for some, is on another server than was thought. */
        void moved(@Nullable String channel);
    }

    /** Takes what comes over the link. */
    interface Listener {
        /** A message came on a channel. */
        void received(String channel, byte[] message);

        /** Another instance said something to this one alone. */
        void told(String message);

        /** What is published on the channel comes from now on. */
        void subscribed(String channel);

        /** Redis does not let us subscribe to the channel. */
        void refused(String channel, String reason);

        /** Commands were answered; it may be that nothing is under way any more. */
        void answered();

        /** A probe has come round. */
        void roundTrip(long nanos);
    }

    private final Vertx vertx;
    private final RedisUrl url;
    private final Cluster configuration;
    /** Whether channels are those of sharded Pub/Sub. */
    private final boolean sharded;

    private final String ownChannel;
    private final Listener listener;
    private final Watcher watcher;
    private final Subscriptions subscriptions = new Subscriptions(this);
    private final Pipeline pipeline;
    private final Scripts scripts = new Scripts();
    private final long supervision;
    /** What its probes begin with; the time follows. */
    private final String probe;

    private @Nullable Server connecting;
    private @Nullable Server server;
    private boolean up;
    private String reason;
    /** Whether a probe has come round on this connection. */
    private boolean probed;

    private boolean closed;
    private boolean paused;
    private int attempts;
    private long reconnection = -1;
    private long connectedAt;
    private long probeSentAt;
    private long probeSeenAt;
    private long superviseAt;
    private long stoodStill;

    /**
     * @param ownChannel the channel that this instance alone is subscribed to
     */
    Link(Vertx vertx, RedisUrl url, Cluster configuration, String ownChannel, Listener listener, Watcher watcher) {
        this.vertx = vertx;
        this.url = url;
        this.configuration = configuration;
        this.sharded = configuration.mode() == Cluster.Mode.CLUSTER;
        this.ownChannel = ownChannel;
        this.listener = listener;
        this.watcher = watcher;
        this.pipeline = new Pipeline(listener, watcher);
        subscriptions.add(ownChannel, false);
        long period = Math.max(1, Math.min(500, configuration.publishTimeout().toMillis() / 4));
        this.probe = PROBE + url.place() + ' ';
        this.reason = "connecting to Redis at " + url.place() + (url.tls() ? " over TLS" : "");
        this.superviseAt = System.nanoTime() + Duration.ofMillis(period).toNanos();
        this.supervision = vertx.setPeriodic(period, timer -> supervise(Duration.ofMillis(period)));
    }

    /** Where the server is. */
    RedisUrl url() {
        return url;
    }

    boolean isUp() {
        return up;
    }

    /** Why it is not up, for people. */
    String reason() {
        return reason;
    }

    /** Whether Redis has answered all that was asked of subscriptions. */
    boolean isSettled() {
        return subscriptions.isSettled();
    }

    // The connection

    void connect() {
        reconnection = -1;
        Server attempt = new Server(vertx, url, configuration.tls(), Identity.of(configuration.mode()));
        connecting = attempt;
        attempt.connect().onComplete(this::connected, cause -> {
            attempt.close();
            if (!closed) {
                reason = "can't connect to Redis at " + url.place() + (url.tls() ? " over TLS: " : ": ")
                        + Server.reason(cause);
                watcher.down(this, reason, cause);
                connectLater();
            }
        });
    }

    private void connected(Server connected) {
        if (closed) {
            return;
        }
        connecting = null;
        server = connected;
        probed = false;
        connectedAt = now();
        probeSeenAt = connectedAt;
        probeSentAt = connectedAt;
        connected.listen(
                this::receive, () -> fail(connected, "the connection to Redis at " + url.place() + " was lost"));
        if (paused) {
            connected.pause();
        }
        subscriptions.send(connected::change);
    }

    private void connectLater() {
        if (closed) {
            return;
        }
        long most = Math.min(MOST_BACKOFF, FIRST_BACKOFF << Math.min(attempts, 6));
        attempts++;
        // Instances that lost the same Redis at the same moment do not come back at the same moment.
        long delay = most / 2 + RandomGenerator.getDefault().nextLong(most / 2);
        reconnection = vertx.setTimer(delay, timer -> connect());
    }

    private void fail(Server failed, String reason) {
        fail(failed, reason, null);
    }

    private void fail(Server failed, String why, @Nullable Throwable cause) {
        if (server != failed) {
            return;
        }
        reason = why;
        disconnect();
        watcher.down(this, why, cause);
        connectLater();
    }

    private Future<Void> disconnect() {
        Server last = server == null ? connecting : server;
        server = null;
        connecting = null;
        up = false;
        subscriptions.reset();
        scripts.reset();
        pipeline.giveUp();
        return last == null ? Future.succeededFuture() : last.close();
    }

    /** Ends it, for good. */
    Future<Void> close() {
        closed = true;
        vertx.cancelTimer(supervision);
        if (reconnection >= 0) {
            vertx.cancelTimer(reconnection);
        }
        return disconnect();
    }

    // Supervision

    /** Time does not pass while this loop stands still, as in a pause of the JVM: what Redis sent meanwhile is yet to be read. */
    private long now() {
        return System.nanoTime() - stoodStill;
    }

    private void supervise(Duration period) {
        stoodStill += Math.max(0, now() - superviseAt);
        superviseAt = now() + period.toNanos();
        Server current = server;
        if (current == null) {
            return;
        }
        long now = now();
        if (paused) {
            probeSeenAt = now;
        }
        if (pipeline.age(now) >= configuration.publishTimeout().minus(period).toNanos()) {
            fail(current, "Redis at " + url.place() + " did not confirm what it was sent in time");
        } else if (now - probeSeenAt > PROBES_MISSED * PROBE_INTERVAL.toNanos()) {
            fail(
                    current,
                    "Redis at " + url.place() + " let no probe come round for "
                            + Duration.ofNanos(now - probeSeenAt).toSeconds() + " s");
        } else if (now - probeSentAt >= PROBE_INTERVAL.toNanos()) {
            probe(current);
        }
    }

    private void probe(Server current) {
        probeSentAt = now();
        current.check().onFailure(cause -> {
            if (cause instanceof UnfitServerException) {
                fail(current, "can't use Redis at " + url.place() + " any more: " + cause.getMessage());
            }
        });
        current.send(Request.cmd(Command.PUBLISH, ownChannel, probe + probeSentAt))
                .onFailure(cause -> {
                    String refusal = Server.refusal(cause);
                    fail(
                            current,
                            "Redis at " + url.place() + " refuses PUBLISH: " + (refusal == null ? cause : refusal),
                            cause);
                });
    }

    private void told(String message) {
        if (!message.startsWith(PROBE)) {
            listener.told(message);
            return;
        }
        // In a Redis Cluster every server passes the probes of all links on: others are not for us. Nor are those of an
        // earlier connection, which a server that was frozen may send.
        String sentAt = message.startsWith(probe) ? message.substring(probe.length()) : "";
        if (TIME.matcher(sentAt).matches() && Long.parseLong(sentAt) >= connectedAt) {
            probed = true;
            probeSeenAt = now();
            listener.roundTrip(probeSeenAt - Long.parseLong(sentAt));
            upIfReady();
        }
    }

    private void upIfReady() {
        if (!up && server != null && probed && subscriptions.isSettled()) {
            up = true;
            attempts = 0;
            watcher.up();
        }
    }

    // Subscriptions

    void subscribe(String channel) {
        subscriptions.add(channel, sharded);
    }

    void unsubscribe(String channel) {
        subscriptions.remove(channel);
    }

    /** Sends the changes of subscriptions. */
    void flush() {
        if (server != null) {
            subscriptions.send(server::change);
        }
    }

    @Override
    public void confirmed(String channel) {
        if (!channel.equals(ownChannel)) {
            listener.subscribed(channel);
        } else if (server != null) {
            probe(server);
        }
        upIfReady();
    }

    @Override
    public void refused(String channel, String error) {
        String reason = "Redis at " + url.place() + " refuses SUBSCRIBE to " + channel + ": " + error;
        listener.refused(channel, reason);
        if (channel.equals(ownChannel) && server != null) {
            fail(server, reason);
        } else {
            upIfReady();
        }
    }

    @Override
    public void moved(String channel) {
        watcher.moved(channel);
    }

    private void receive(Response reply) {
        if (reply.type() == ResponseType.ERROR) {
            if (server != null) {
                subscriptions.refused(reply.toString(), server::change);
            }
            return;
        }
        String kind = reply.get(0).toString();
        String channel = String.valueOf(reply.get(1));
        switch (kind) {
            case "message", "smessage" -> {
                byte[] message = reply.get(2).toBytes();
                if (channel.equals(ownChannel)) {
                    told(new String(message, StandardCharsets.UTF_8));
                } else {
                    listener.received(channel, message);
                }
            }
            case "subscribe", "ssubscribe" -> subscriptions.answered(true, channel);
            case "unsubscribe", "sunsubscribe" -> {
                subscriptions.answered(false, channel);
                upIfReady();
            }
            default -> {
                // Nothing else was asked for.
            }
        }
    }

    /** Reads nothing for now: whoever takes the messages is behind. */
    void pause() {
        paused = true;
        if (server != null) {
            server.pause();
        }
    }

    void resume() {
        paused = false;
        if (server != null) {
            probeSeenAt = now();
            server.resume();
        }
    }

    // Commands

    /** The scripts that the server has. */
    Scripts scripts() {
        return scripts;
    }

    /** A message that {@link #send(List)} may send to the channel. */
    Pipeline.Outgoing publication(String channel, byte[] message, Pipeline.Outcome outcome) {
        return new Pipeline.Outgoing(Request.cmd(publish()).arg(channel).arg(message), outcome);
    }

    /** How messages are published there. */
    Command publish() {
        return sharded ? Command.SPUBLISH : Command.PUBLISH;
    }

    /** Sends commands in one write, and tells what becomes of each, and then that they were answered. */
    void send(List<Pipeline.Outgoing> commands) {
        Server current = server;
        if (current == null) {
            commands.forEach(command -> command.outcome().unconfirmed(DOWN));
            // Later, as whoever sends now may have something for another link too: that is to be under way by then.
            vertx.runOnContext(later -> listener.answered());
        } else {
            pipeline.send(current, commands, now());
        }
    }

    /** Sends another command; fails at once where there is no connection, and where there is no answer in time. */
    Future<Response> send(Request command) {
        Server current = server;
        return current == null
                ? Future.failedFuture("no connection to Redis")
                : current.send(command).timeout(configuration.publishTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return pipeline.isEmpty();
    }
}
