package dev.fanfare.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Redis on 127.0.0.1 with one replica, watched by three Sentinels that know them as {@link #NAME}. */
public final class RedisSentinel implements AutoCloseable {
    /** What the Sentinels call the master. */
    public static final String NAME = "mymaster";

    private static final Duration PATIENCE = Wire.PATIENCE.multipliedBy(2);

    private final List<String> users;
    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinel(List<String> users) {
        this.users = users;
    }

    /**
     * Starts all of them, and waits until the Sentinels know each other and the replica.
     *
     * @param users who may log in beside the default user, servers and Sentinels alike, as lines of redis.conf
     */
    public static RedisSentinel start(String... users) {
        var group = new RedisSentinel(List.of(users));
        try {
            group.startServers();
            group.startSentinels();
        } catch (RuntimeException | Error e) {
            group.close();
            throw e;
        }
        return group;
    }

    private void startServers() {
        RedisServer master = RedisServer.start(options("repl-diskless-sync-delay 0"));
        servers.add(master);
        servers.add(RedisServer.start(options("repl-diskless-sync-delay 0", "replicaof 127.0.0.1 " + master.port())));
        awaitReplica();
    }

    private String[] options(String... options) {
        return Stream.concat(users.stream(), Stream.of(options)).toArray(String[]::new);
    }

    private void startSentinels() {
        for (int i = 0; i < 3; i++) {
            sentinels.add(RedisServer.startSentinel(options(
                    "sentinel monitor " + NAME + " 127.0.0.1 " + servers.get(0).port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " 500",
                    "sentinel failover-timeout " + NAME + " 1000")));
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> sentinels.stream()
                .allMatch(RedisSentinel::knowsAll));
    }

    private static boolean knowsAll(RedisServer sentinel) {
        List<String> fields = sentinel.command("SENTINEL", "MASTER", NAME);
        return fields.get(fields.indexOf("num-other-sentinels") + 1).equals("2")
                && fields.get(fields.indexOf("num-slaves") + 1).equals("1");
    }

    /** Waits until one of the servers follows the other, as one that comes back has to be told to by a Sentinel. */
    public void awaitReplica() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                // A Sentinel ends all connections to a server that it makes a replica.
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> servers.stream()
                        .anyMatch(server ->
                                server.command("INFO", "replication").get(0).contains("master_link_status:up")));
    }

    /** The URLs of the Sentinels, comma-separated. */
    public String url() {
        return sentinels.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    public RedisServer sentinel(int index) {
        return sentinels.get(index);
    }

    /** The server that all Sentinels take for the master; fails where they do not agree. */
    public RedisServer master() {
        List<String> ports = sentinels.stream()
                .map(sentinel -> sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
                        .get(1))
                .distinct()
                .toList();
        return servers.stream()
                .filter(server -> ports.equals(List.of("" + server.port())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The Sentinels take these for the master: " + ports));
    }

    /** Makes the replica the master and the other way round, and waits until it is so. */
    public void failover() {
        RedisServer old = master();
        sentinels.get(0).command("SENTINEL", "FAILOVER", NAME);
        awaitMasterOtherThan(old);
        awaitReplica();
    }

    /** Waits until the Sentinels agree on another master, which they look for by themselves when {@code old} was killed. */
    public void awaitMasterOtherThan(RedisServer old) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> master() != old && master().command("ROLE").get(0).equals("master"));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
