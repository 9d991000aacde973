package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out on which servers of Redis the channels are, by asking sentinels or the nodes of a Redis Cluster. */
final class Topology {
    private final Vertx vertx;
    private final Cluster configuration;
    private final boolean sentinels;
    private final List<RedisUrl> configured;
    /** Those who may know, the last who did first. */
    private List<RedisUrl> candidates;

    Topology(Vertx vertx, Cluster configuration) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.sentinels = configuration.mode() == Cluster.Mode.SENTINEL;
        this.configured = configuration.redis().stream()
                .map(url -> sentinels ? url.in(0) : url.as(configuration.redisLogin()))
                .toList();
        this.candidates = configured;
    }

    /** Whether it can't change. */
    boolean isStatic() {
        return configuration.mode() == Cluster.Mode.STANDALONE;
    }

    /** Where everything is now. */
    Future<Layout> discover() {
        return isStatic() ? Future.succeededFuture(Layout.of(configured.get(0))) : ask(candidates, new ArrayList<>());
    }

    /** Asks one after the other, until one knows. */
    private Future<Layout> ask(List<RedisUrl> left, List<String> failures) {
        RedisUrl candidate = left.get(0);
        Request question = sentinels
                ? Request.cmd(Command.SENTINEL, "get-master-addr-by-name", configuration.sentinelMaster())
                : Request.cmd(Command.CLUSTER, "SLOTS");
        return Server.ask(vertx, candidate, configuration.tls(), question)
                .map(answer -> sentinels ? master(answer) : slots(answer, candidate))
                .onSuccess(layout -> remember(candidate, layout))
                .recover(cause -> {
                    failures.add(candidate.place() + ": " + Server.reason(cause));
                    return left.size() > 1
                            ? ask(left.subList(1, left.size()), failures)
                            : Future.failedFuture(new IllegalStateException(String.join("; ", failures), cause));
                });
    }

    private void remember(RedisUrl answered, Layout layout) {
        Set<RedisUrl> known = new LinkedHashSet<>();
        known.add(answered);
        if (!sentinels) {
            known.addAll(layout.servers());
        }
        known.addAll(configured);
        candidates = List.copyOf(known);
    }

    private Layout master(@Nullable Response answer) {
        if (answer == null || answer.size() != 2) {
            throw new IllegalStateException("knows no master '" + configuration.sentinelMaster() + "'");
        }
        return Layout.of(configuration
                .redis()
                .get(0)
                .as(configuration.redisLogin())
                .at(answer.get(0).toString(), answer.get(1).toInteger()));
    }

    /** See the command CLUSTER SLOTS: ranges, each with its master first. */
    private Layout slots(Response answer, RedisUrl asking) {
        Map<RedisUrl, List<int[]>> ranges = new LinkedHashMap<>();
        for (Response range : answer) {
            Response master = range.get(2);
            // A node that does not know its own address yet leaves it out.
            String host = master.get(0) == null || master.get(0).toString().isEmpty()
                    ? asking.host()
                    : master.get(0).toString();
            ranges.computeIfAbsent(asking.at(host, master.get(1).toInteger()), key -> new ArrayList<>())
                    .add(new int[] {range.get(0).toInteger(), range.get(1).toInteger()});
        }
        return Layout.of(ranges);
    }
}
