package dev.fanfare.cluster;

import dev.fanfare.metrics.BridgeMeters;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of the cluster: each has a lease in Redis, with the number of its sessions, and renews it before it ends. Redis's
 * clock alone counts.
 *
 * <p>The lease is that of an <em>owner</em>, {@code <id of the instance>.<number>}, to whom the members in the presence belong. Whose lease
 * has ended has departed, and one of the others claims it, to take its members out; where that one dies too, another does a
 * lease later. Only an instance that has held its own lease without a break for as long as one lasts lets others
 * depart: when Redis comes back after an outage, all leases have ended, and everybody renews first. An instance that learns
 * that it was given up takes the next number.
 *
 * <p>The epoch tells how that is to be known from a Redis that has lost everything: it begins when there is none. Belongs to
 * the bridge's event loop.
 */
final class Census {
    /** A lease is renewed this often ... */
    static final Duration INTERVAL = Duration.ofSeconds(3);

    /** ... and lasts this long. */
    static final Duration LEASE = Duration.ofSeconds(10);

    /** How long an instance that stops is waited for by the others: its people may be with them by then. */
    static final Duration FAREWELL = Duration.ofSeconds(5);

    /** How long Redis keeps what nobody renews: who finds members that long afterwards has nobody to tell. */
    static final Duration KEPT = Duration.ofDays(1);

    /** Is told what the leases come to. */
    interface Listener {
        /** The lease is held, and the members on this instance belong to an owner. */
        void renewed(String owner);

        /** Redis had lost all it had. */
        void lost();

        /** The others have given this instance up, and told so; its members belong to nobody until it is renewed. */
        void givenUp();

        /** Takes the members of an owner out. */
        Future<Void> reap(String owner);
    }

    /**
     * Renews a lease, unless it was given up, has others depart, and claims one that did. It uses every command each time, so that none is refused
     * later. Keys: leases, sessions, since when leases were held, departed (when they may be claimed), epoch.
     */
    private static final Script RENEW = Script.of(Script.NOW + """
            local owner, length, kept, sessions, known, reaping = unpack(ARGV)
            redis.call('SET', KEYS[5], now, 'NX')
            local epoch = redis.call('GET', KEYS[5])
            local lease = redis.call('ZSCORE', KEYS[1], owner)
            if not lease and (epoch == known or redis.call('ZSCORE', KEYS[4], owner)) then
              return {epoch}
            end
            local since = tonumber(redis.call('HGET', KEYS[3], owner) or now)
            if not lease or tonumber(lease) <= now or since > now then since = now end
            local function drop(gone)
              redis.call('ZREM', KEYS[1], gone)
              redis.call('HDEL', KEYS[2], gone)
              redis.call('HDEL', KEYS[3], gone)
            end
            drop(owner)
            redis.call('ZADD', KEYS[1], now + length, owner)
            redis.call('HSET', KEYS[2], owner, sessions)
            redis.call('HSET', KEYS[3], owner, since)
            local claimed = ''
            if now - since >= tonumber(length) then
              for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
                drop(gone)
                redis.call('ZADD', KEYS[4], now, gone)
              end
              if reaping ~= '' then
                redis.call('ZADD', KEYS[4], 'XX', now + length, reaping)
              else
                claimed = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 1)[1] or ''
                if claimed ~= '' then redis.call('ZADD', KEYS[4], now + length, claimed) end
              end
            end
            for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, kept) end
            return {epoch, claimed, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf'), redis.call('HGETALL', KEYS[2])}
            """);

    /** Forgets an owner that has no members left. Keys: departed, its channels. */
    private static final Script FORGET = Script.of("""
            if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
            """);

    /** Gives a lease back; its owner has departed where it has members. Keys: leases, sessions, since, departed, its channels. */
    private static final Script LEAVE = Script.of(Script.NOW + """
            redis.call('ZREM', KEYS[1], ARGV[1])
            redis.call('HDEL', KEYS[2], ARGV[1])
            redis.call('HDEL', KEYS[3], ARGV[1])
            if redis.call('EXISTS', KEYS[5]) == 1 then
              redis.call('ZADD', KEYS[4], now + ARGV[2], ARGV[1])
              redis.call('PEXPIRE', KEYS[4], ARGV[3])
            end
            """);

    private static final Logger LOG = LoggerFactory.getLogger(Census.class);

    private final Names names;
    private final String leases;
    private final String figures;
    private final String since;
    private final String departed;
    private final String id;
    private final BiFunction<String, Request, Future<Response>> redis;
    private final BridgeMeters meters;
    private final Listener listener;
    private Map<String, Long> sessions = Map.of();
    private int number = 1;
    /** What Redis said last, empty before it has for this owner. */
    private String epoch = "";

    private String reaping = "";
    private boolean left;

    /**
     * @param id of this instance
     * @param redis sends a command to the server that has a key
     */
    Census(
            Names names,
            String id,
            BiFunction<String, Request, Future<Response>> redis,
            BridgeMeters meters,
            Listener listener) {
        this.names = names;
        this.leases = names.instances("leases");
        this.figures = names.instances("sessions");
        this.since = names.instances("since");
        this.departed = names.instances("departed");
        this.id = id;
        this.redis = redis;
        this.meters = meters;
        this.listener = listener;
    }

    private String owner() {
        return id + '.' + number;
    }

    /** Renews the lease, and learns of the others. */
    Future<Void> renew() {
        if (left) {
            return Future.failedFuture("the lease was given back");
        }
        String owner = owner();
        Request request = RENEW.on(leases, figures, since, departed, names.instances("epoch"))
                .arg(owner)
                .arg(LEASE.toMillis())
                .arg(KEPT.toMillis())
                .arg(meters.openSessions())
                .arg(epoch)
                .arg(reaping);
        return redis.apply(leases, request).compose(reply -> reply.size() == 1 ? givenUp(owner) : renewed(reply));
    }

    private Future<Void> givenUp(String owner) {
        if (owner.equals(owner())) {
            LOG.warn("the other instances had given this one up; its members are told of again");
            number++;
            epoch = "";
            listener.givenUp();
        }
        return renew();
    }

    private Future<Void> renewed(Response reply) {
        String found = reply.get(0).toString();
        boolean lost = !epoch.isEmpty() && !epoch.equals(found);
        epoch = found;
        sessions = sessions(reply.get(2), reply.get(3));
        meters.instances(sessions.size());
        if (lost) {
            LOG.warn("Redis had lost what it had; the members of this instance are told of again");
            listener.lost();
        }
        listener.renewed(owner());
        String claimed = reply.get(1).toString();
        if (!claimed.isEmpty() && reaping.isEmpty()) {
            reap(claimed);
        }
        return Future.succeededFuture();
    }

    private void reap(String owner) {
        LOG.atInfo().addKeyValue("owner", owner).log("takes the members of an instance out that is gone");
        reaping = owner;
        listener.reap(owner)
                .compose(done -> redis.apply(
                        departed, FORGET.on(departed, names.channelsOf(owner)).arg(owner)))
                .onFailure(cause -> LOG.atDebug().setCause(cause).log("not all members were taken out"))
                .onComplete(over -> reaping = "");
    }

    private static Map<String, Long> sessions(Response living, Response figures) {
        Set<String> owners = new HashSet<>();
        living.forEach(owner -> owners.add(owner.toString()));
        Map<String, Long> found = new TreeMap<>();
        for (int i = 0; i + 1 < figures.size(); i += 2) {
            String owner = figures.get(i).toString();
            if (owners.contains(owner)) {
                found.put(owner.split("\\.", 2)[0], figures.get(i + 1).toLong());
            }
        }
        return found;
    }

    /** Gives the lease back, last. */
    Future<Void> leave() {
        left = true;
        Request request = LEAVE.on(leases, figures, since, departed, names.channelsOf(owner()))
                .arg(owner())
                .arg(FAREWELL.toMillis())
                .arg(KEPT.toMillis());
        return redis.apply(leases, request).mapEmpty();
    }

    /** The instances with a lease, and how many sessions each has. */
    Map<String, Long> sessions() {
        return sessions;
    }
}
