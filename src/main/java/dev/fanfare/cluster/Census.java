package dev.fanfare.cluster;

import dev.fanfare.metrics.BridgeMeters;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The instances of the cluster: each has a lease in Redis, with the number of its sessions, and renews it before it ends.
 * Who crashes is gone when his lease is. Redis's clock alone counts.
 */
final class Census {
    /** A lease is renewed this often ... */
    static final Duration INTERVAL = Duration.ofSeconds(3);

    /** ... and lasts this long. */
    static final Duration LEASE = Duration.ofSeconds(10);

    /** Drops the leases that have ended, renews one, and returns all; by every command each time, so that none is refused later. */
    private static final String RENEW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
              redis.call('ZREM', KEYS[1], id)
              redis.call('HDEL', KEYS[2], id)
            end
            redis.call('ZREM', KEYS[1], ARGV[1])
            redis.call('HDEL', KEYS[2], ARGV[1])
            redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
            redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[2])
            return redis.call('HGETALL', KEYS[2])
            """;

    private final String leases;
    private final String figures;
    private final String id;
    private final BiFunction<String, Request, Future<Response>> redis;
    private final BridgeMeters meters;
    private Map<String, Long> sessions = Map.of();
    private boolean left;

    /**
     * @param id of this instance
     * @param redis sends a command to the server that has a key
     */
    Census(Names names, String id, BiFunction<String, Request, Future<Response>> redis, BridgeMeters meters) {
        this.leases = names.instances("leases");
        this.figures = names.instances("sessions");
        this.id = id;
        this.redis = redis;
        this.meters = meters;
    }

    /** Renews the lease, and learns of the others. */
    Future<Void> renew() {
        if (left) {
            return Future.failedFuture("the lease was given back");
        }
        Request request = Request.cmd(Command.EVAL)
                .arg(RENEW)
                .arg(2)
                .arg(leases)
                .arg(figures)
                .arg(id)
                .arg(LEASE.toMillis())
                .arg(meters.openSessions());
        return redis.apply(leases, request).map(reply -> {
            Map<String, Long> found = new TreeMap<>();
            for (int i = 0; i + 1 < reply.size(); i += 2) {
                found.put(reply.get(i).toString(), reply.get(i + 1).toLong());
            }
            sessions = found;
            meters.instances(found.size());
            return null;
        });
    }

    /** Gives the lease back, last: while it is there, others see to the rest. */
    Future<Void> leave() {
        left = true;
        return redis.apply(figures, Request.cmd(Command.HDEL, figures, id))
                .compose(gone -> redis.apply(leases, Request.cmd(Command.ZREM, leases, id)))
                .mapEmpty();
    }

    /** The instances with a lease, and how many sessions each has. */
    Map<String, Long> sessions() {
        return sessions;
    }
}
