package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a Redis Cluster, each of which knows where the slots are: asked one after the other, those that the last
 * answer named too. One that is cut off from most others knows that, and is believed only where nobody knows better.
 */
final class ClusterNodes implements Topology {
    private final Vertx vertx;
    private final Cluster.Tls tls;
    private final List<RedisUrl> configured;
    /** The last that knew comes first. */
    private List<RedisUrl> candidates;

    private record Answer(Layout layout, boolean sound) {}

    ClusterNodes(Vertx vertx, Cluster configuration) {
        this.vertx = vertx;
        this.tls = configuration.tls();
        this.configured = configuration.redis().stream()
                .map(url -> url.as(configuration.redisLogin()))
                .toList();
        this.candidates = configured;
    }

    @Override
    public boolean isStatic() {
        return false;
    }

    @Override
    public Future<Layout> discover() {
        return ask(0, null, new Failures());
    }

    private Future<Layout> ask(int index, @Nullable Layout unsound, Failures failures) {
        if (index == candidates.size()) {
            return unsound == null
                    ? Future.failedFuture(failures.exception("no node tells where the slots are"))
                    : Future.succeededFuture(unsound);
        }
        RedisUrl candidate = candidates.get(index);
        return Server.ask(vertx, candidate, tls, connection -> question(connection, candidate))
                .compose(
                        answer -> {
                            if (answer.sound()) {
                                remember(candidate, answer.layout());
                                return Future.succeededFuture(answer.layout());
                            }
                            return ask(index + 1, unsound == null ? answer.layout() : unsound, failures);
                        },
                        cause -> {
                            failures.add(candidate, cause);
                            return ask(index + 1, unsound, failures);
                        });
    }

    private static Future<Answer> question(RedisConnection connection, RedisUrl asked) {
        return connection
                .send(Request.cmd(Command.CLUSTER, "SLOTS"))
                .map(slots -> layout(slots, asked))
                .compose(layout -> connection
                        .send(Request.cmd(Command.CLUSTER, "INFO"))
                        .map(info -> new Answer(layout, info.toString().contains("cluster_state:ok"))));
    }

    private void remember(RedisUrl answered, Layout layout) {
        Set<RedisUrl> known = new LinkedHashSet<>();
        known.add(answered);
        known.addAll(layout.servers());
        known.addAll(configured);
        candidates = List.copyOf(known);
    }

    /** Ranges of slots, each with its nodes, the master first. */
    private static Layout layout(Response slots, RedisUrl asked) {
        List<Layout.Range> ranges = new ArrayList<>();
        for (Response range : slots) {
            ranges.add(
                    new Layout.Range(range.get(0).toInteger(), range.get(1).toInteger(), server(range.get(2), asked)));
        }
        return Layout.of(ranges);
    }

    private static RedisUrl server(Response node, RedisUrl asked) {
        String host = node.get(0) == null ? "" : node.get(0).toString();
        if (host.equals("?")) {
            throw new IllegalStateException("node " + node.get(2) + " has no cluster-announce-hostname");
        }
        // Without a host it is where the one is that we have asked: so a node that was never told its address says it,
        // and
        // one whose cluster-preferred-endpoint-type is unknown-endpoint.
        return asked.at(host.isEmpty() ? asked.host() : host, node.get(1).toInteger());
    }

    @Override
    public Future<Void> close() {
        // A connection is open only for as long as a question is.
        return Future.succeededFuture();
    }
}
