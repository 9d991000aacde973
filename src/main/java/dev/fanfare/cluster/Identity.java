package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * What a server of Redis is, by its own word: the command HELLO says it, which is open to every user. A replica lets
 * anybody subscribe and publish, but nobody else hears of it.
 *
 * @param mode standalone, sentinel or cluster
 * @param role master or replica; empty for a sentinel
 */
record Identity(String mode, String role) {
    /** Those who know the master. */
    static final Identity SENTINEL = new Identity("sentinel", "");

    /** Those whom messages go through. */
    static Identity of(Cluster.Mode mode) {
        return new Identity(mode == Cluster.Mode.CLUSTER ? "cluster" : "standalone", "master");
    }

    private static Identity of(Response hello) {
        return new Identity(word(hello, "mode"), word(hello, "role"));
    }

    private static String word(Response hello, String key) {
        return hello.containsKey(key) ? hello.get(key).toString() : "";
    }

    /** Fails with an {@link UnfitServerException} where the server at the other end is another one. */
    Future<Void> check(RedisConnection connection) {
        return connection
                .send(Request.cmd(Command.HELLO))
                .map(Identity::of)
                // Before 6.0, or what stands in for Redis: there is no way to know.
                .recover(cause -> String.valueOf(Server.refusal(cause)).startsWith("ERR unknown")
                        ? Future.succeededFuture(this)
                        : Future.failedFuture(cause))
                .compose(this::compare);
    }

    private Future<Void> compare(Identity actual) {
        if (!actual.mode.equals(mode)) {
            return Future.failedFuture(new UnfitServerException(
                    "it runs as '" + actual.mode + "', and not as '" + mode + "': cluster.mode has to say so", true));
        }
        return actual.role.equals(role)
                ? Future.succeededFuture()
                : Future.failedFuture(new UnfitServerException("it is a " + actual.role, false));
    }
}
