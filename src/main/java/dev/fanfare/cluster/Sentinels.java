package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;

/**
 * The sentinels that watch a master. All are asked, as one that was cut off from the others may name a master that they have
 * deposed: the latest of their decisions holds.
 */
final class Sentinels implements Topology {
    private final Cluster configuration;
    private final List<Sentinel> sentinels;

    Sentinels(Vertx vertx, Cluster configuration, Runnable changed) {
        this.configuration = configuration;
        this.sentinels = configuration.redis().stream()
                .map(url -> new Sentinel(vertx, url.in(0), configuration, changed))
                .toList();
    }

    @Override
    public boolean isStatic() {
        return false;
    }

    @Override
    public Future<Layout> discover() {
        List<Future<Sentinel.Decision>> answers =
                sentinels.stream().map(Sentinel::ask).toList();
        return Future.join(answers).transform(all -> answers.stream()
                .filter(Future::succeeded)
                .map(Future::result)
                .max(Comparator.comparingLong(Sentinel.Decision::epoch))
                .map(decision -> Future.succeededFuture(layout(decision)))
                .orElseGet(() -> Future.failedFuture(failures(answers))));
    }

    private Layout layout(Sentinel.Decision decision) {
        return Layout.of(
                configuration.redis().get(0).as(configuration.redisLogin()).at(decision.host(), decision.port()));
    }

    private Throwable failures(List<Future<Sentinel.Decision>> answers) {
        Failures failures = new Failures();
        for (int i = 0; i < answers.size(); i++) {
            failures.add(sentinels.get(i).url(), answers.get(i).cause());
        }
        return failures.exception("no sentinel tells of a master '" + configuration.sentinelMaster() + "'");
    }

    @Override
    public Future<Void> close() {
        return Future.join(sentinels.stream().map(Sentinel::close).toList()).mapEmpty();
    }
}
