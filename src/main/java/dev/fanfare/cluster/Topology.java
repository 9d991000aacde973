package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Where the channels are, as far as somebody knows. Belongs to the bridge's event loop. */
interface Topology {
    /**
     * That of the configured mode.
     *
     * @param changed runs when it may have, which nobody is bound to notice at once
     */
    static Topology of(Vertx vertx, Cluster configuration, Runnable changed) {
        return switch (configuration.mode()) {
            case STANDALONE -> new Standalone(configuration);
            case SENTINEL -> new Sentinels(vertx, configuration, changed);
            case CLUSTER -> new ClusterNodes(vertx, configuration);
        };
    }

    /** Whether it can't change. */
    boolean isStatic();

    /** Where everything is now; fails where nobody knows, with a sentence. Not to be called before the last one has ended. */
    Future<Layout> discover();

    Future<Void> close();

    /** One server, whose place stands in the configuration. */
    record Standalone(Cluster configuration) implements Topology {
        @Override
        public boolean isStatic() {
            return true;
        }

        @Override
        public Future<Layout> discover() {
            return Future.succeededFuture(Layout.of(configuration.redis().get(0).as(configuration.redisLogin())));
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
