package dev.fanfare.cluster;

import dev.fanfare.bus.LinkState;
import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A {@link Link} to each server that the {@link Topology} names, which is asked now and then, and whenever something does
 * not fit. Belongs to the bridge's event loop.
 */
final class Links implements Link.Watcher {
    /** The topology is asked for this often, in milliseconds: a server that was deposed may not know it. */
    private static final long REFRESH = 5_000;

    /** It is asked for no sooner again, in milliseconds; where it was not to be had, the time doubles each time, up to the other one. */
    private static final long RETRY = 200;

    private static final long MOST_RETRY = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    /** Whoever uses them. */
    interface Owner {
        /** Channels may be elsewhere now; those of {@code misplaced} are subscribed nowhere. */
        void relocated(Set<String> misplaced);

        /** A server does not answer. */
        void lost(RedisUrl server);

        /** All servers answer, or not any more. */
        void changed(LinkState state);

        /** There was something that won't go away by itself. */
        void failed(String reason);
    }

    private final Vertx vertx;
    private final Cluster configuration;
    private final String ownChannel;
    private final Link.Listener listener;
    private final Owner owner;
    private final Topology topology;
    private final Map<RedisUrl, Link> links = new LinkedHashMap<>();
    private Set<String> misplaced = new HashSet<>();
    private @Nullable Layout layout;
    private LinkState state = new LinkState(false, "connecting to Redis");
    private long refresh = -1;
    private boolean discovering;
    private boolean discoverAgain;
    private long retry = RETRY;
    private boolean paused;
    private boolean closed;

    /**
     * @param ownChannel the channel that this instance alone is subscribed to
     * @param listener takes what comes over the links
     */
    Links(Vertx vertx, Cluster configuration, String ownChannel, Link.Listener listener, Owner owner) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.ownChannel = ownChannel;
        this.listener = listener;
        this.owner = owner;
        this.topology = Topology.of(vertx, configuration, this::discover);
    }

    void connect() {
        if (!topology.isStatic()) {
            refresh = vertx.setPeriodic(REFRESH, timer -> discover());
        }
        discover();
    }

    /** Whether all servers answer. */
    LinkState state() {
        return state;
    }

    /** The link to the server that has a channel or key, where it is known. */
    @Nullable
    Link of(String name) {
        return layout == null ? null : links.get(layout.serverOf(name));
    }

    /** The link to a server, if there is one. */
    @Nullable
    Link to(@Nullable RedisUrl server) {
        return server == null ? null : links.get(server);
    }

    /** Whether the server that has a channel or key answers. */
    boolean isUp(String name) {
        Link link = of(name);
        return link != null && link.isUp();
    }

    List<Link> all() {
        return List.copyOf(links.values());
    }

    /** Sends the changes of subscriptions. */
    void flush() {
        links.values().forEach(Link::flush);
    }

    /** Reads no messages for now. */
    void pause() {
        paused = true;
        links.values().forEach(Link::pause);
    }

    void resume() {
        paused = false;
        links.values().forEach(Link::resume);
    }

    /** Whether Redis has answered all that was asked of subscriptions. */
    boolean isSettled() {
        return links.values().stream().allMatch(Link::isSettled);
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return links.values().stream().allMatch(Link::isIdle);
    }

    Future<?> close() {
        closed = true;
        if (refresh >= 0) {
            vertx.cancelTimer(refresh);
        }
        List<Future<Void>> closing = links.values().stream().map(Link::close).toList();
        links.clear();
        return Future.join(Future.join(closing), topology.close());
    }

    // Where the channels are

    /** Asks at once, or a little later where somebody was asked just now: while a slot moves, the servers need a moment to agree. */
    private void discover() {
        discoverAgain = discovering;
        if (discovering || closed) {
            return;
        }
        discovering = true;
        topology.discover().onComplete(this::discovered, this::undiscovered);
    }

    private void undiscovered(Throwable cause) {
        String reason = "can't find Redis, " + cause.getMessage();
        if (layout == null) {
            enter(new LinkState(false, reason));
            failIfFinal(reason, cause);
        } else if (retry == RETRY) {
            LOG.warn(reason);
        }
        discoverAgain = true;
        rest(retry);
        retry = Math.min(2 * retry, MOST_RETRY);
    }

    private void rest(long millis) {
        vertx.setTimer(millis, timer -> {
            discovering = false;
            if (discoverAgain) {
                discover();
            }
        });
    }

    private void discovered(Layout found) {
        if (closed) {
            return;
        }
        if (layout == null || !layout.isSame(found)) {
            boolean elsewhere = layout == null || !Set.copyOf(layout.servers()).equals(Set.copyOf(found.servers()));
            LOG.atLevel(elsewhere ? Level.INFO : Level.DEBUG)
                    .addKeyValue(
                            "servers",
                            found.servers().stream().map(RedisUrl::place).toList())
                    .log("Redis found");
            layout = found;
            found.servers().forEach(server -> links.computeIfAbsent(server, this::open));
            for (Link link : all()) {
                if (!found.servers().contains(link.url())) {
                    links.remove(link.url());
                    link.close();
                }
            }
            update();
        }
        Set<String> lost = misplaced;
        misplaced = new HashSet<>();
        discoverAgain |= !lost.isEmpty();
        retry = RETRY;
        rest(RETRY);
        owner.relocated(lost);
        flush();
        update();
    }

    private Link open(RedisUrl server) {
        Link link = new Link(vertx, server, configuration, ownChannel, listener, this);
        if (paused) {
            link.pause();
        }
        link.connect();
        return link;
    }

    // From the links

    @Override
    public void up() {
        update();
    }

    @Override
    public void down(Link link, String reason, @Nullable Throwable cause) {
        owner.lost(link.url());
        update();
        failIfFinal(reason, cause);
        if (!topology.isStatic()) {
            discover();
        }
    }

    private void failIfFinal(String reason, @Nullable Throwable cause) {
        if (cause != null && Server.isFinal(cause)) {
            owner.failed(reason);
        }
    }

    @Override
    public void moved(@Nullable String channel) {
        if (channel != null) {
            misplaced.add(channel);
        }
        discover();
    }

    /** Up where all links are; else the reason is that of the first that is not. */
    private void update() {
        enter(
                layout == null
                        ? state
                        : links.values().stream()
                                .filter(link -> !link.isUp())
                                .findFirst()
                                .map(link -> new LinkState(false, link.reason()))
                                .orElse(new LinkState(true, "")));
    }

    private void enter(LinkState now) {
        if (!now.equals(state)) {
            state = now;
            owner.changed(now);
        }
    }

    /** Sends a command to the server that has the key; fails where there is no answer in time. */
    Future<Response> send(String key, Request command) {
        Link link = of(key);
        return link == null ? Future.failedFuture("Redis was not found") : link.send(command);
    }
}
