package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.config.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One sentinel, over a connection that is kept while it answers: it also says by itself when the master is another one. A
 * connection that is lost is opened again with the next question.
 */
final class Sentinel {
    private static final String SWITCHED = "+switch-master";

    private final Vertx vertx;
    private final RedisUrl url;
    private final Cluster configuration;
    private final Runnable switched;
    private @Nullable Server server;
    private @Nullable Future<Server> connection;

    /**
     * Who is the master.
     *
     * @param epoch grows with each failover
     */
    record Decision(long epoch, String host, int port) {}

    /** @param switched runs when it says that the master is another one */
    Sentinel(Vertx vertx, RedisUrl url, Cluster configuration, Runnable switched) {
        this.vertx = vertx;
        this.url = url;
        this.configuration = configuration;
        this.switched = switched;
    }

    RedisUrl url() {
        return url;
    }

    Future<Decision> ask() {
        return connection()
                .compose(this::decision)
                .timeout(Server.ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(cause -> close());
    }

    private Future<Server> connection() {
        Future<Server> current = connection;
        if (current == null) {
            Server opened = new Server(vertx, url, configuration.tls(), Identity.SENTINEL);
            server = opened;
            current = opened.connect();
            connection = current;
            current.onSuccess(this::connected);
        }
        return current;
    }

    private void connected(Server connected) {
        connected.listen(this::received, this::close);
        connected.change(Request.cmd(Command.SUBSCRIBE, SWITCHED));
    }

    private void received(Response message) {
        // One that refuses the subscription is asked now and then, as all of them are.
        if (message.type() == ResponseType.MULTI
                && message.size() == 3
                && message.get(0).toString().equals("message")
                && message.get(2).toString().startsWith(configuration.sentinelMaster() + " ")) {
            switched.run();
        }
    }

    /** The epoch first: an address that is newer than its epoch is put right by the next question, an older one is wrong. */
    private Future<Decision> decision(Server server) {
        String name = configuration.sentinelMaster();
        return server.send(Request.cmd(Command.SENTINEL, "MASTER", name))
                .map(master -> master.get("config-epoch").toLong())
                .compose(epoch -> server.send(Request.cmd(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", name))
                        .map(address -> new Decision(
                                epoch, address.get(0).toString(), address.get(1).toInteger())));
    }

    /** Ends the connection, or gives up making one. */
    Future<Void> close() {
        Server last = server;
        server = null;
        connection = null;
        return last == null ? Future.succeededFuture() : last.close();
    }
}
