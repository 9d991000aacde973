package dev.fanfare.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real Redis Cluster on 127.0.0.1: masters that share the slots evenly, without replicas unless there is a call for one. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;

    private final List<RedisServer> masters = new ArrayList<>();
    private final List<RedisServer> replicas = new ArrayList<>();

    private RedisCluster() {}

    /** Starts {@code count} masters, and waits until they agree on who has which slots. */
    public static RedisCluster start(int count) {
        var cluster = new RedisCluster();
        try {
            for (int i = 0; i < count; i++) {
                cluster.masters.add(startMaster());
            }
            cluster.form();
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static RedisServer startMaster() {
        return RedisServer.start(
                "cluster-enabled yes",
                "cluster-port " + FreePort.next(),
                "cluster-announce-ip 127.0.0.1",
                "repl-diskless-sync-delay 0",
                "cluster-node-timeout 2000");
    }

    private void form() {
        int count = masters.size();
        for (int i = 0; i < count; i++) {
            int first = SLOTS * i / count;
            int last = SLOTS * (i + 1) / count - 1;
            master(i).command("CLUSTER", "ADDSLOTSRANGE", "" + first, "" + last);
            // Two nodes that were never told of each other may have the same epoch, and then quarrel about slots.
            master(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        }
        masters.subList(1, count).forEach(this::introduce);
        awaitAgreement();
    }

    private void introduce(RedisServer node) {
        String busPort = master(0).command("CONFIG", "GET", "cluster-port").get(1);
        node.command("CLUSTER", "MEET", "127.0.0.1", "" + master(0).port(), busPort);
    }

    /** Starts a replica of a master, and waits until it could take over, which it does when the master is killed. */
    public RedisServer addReplica(int index) {
        RedisServer replica = startMaster();
        replicas.add(replica);
        introduce(replica);
        String master = id(index);
        await().atMost(Wire.PATIENCE)
                .until(() -> replica.command("CLUSTER", "NODES").get(0).contains(master));
        replica.command("CLUSTER", "REPLICATE", master);
        await().atMost(Wire.PATIENCE)
                .until(() -> replica.command("INFO", "replication").get(0).contains("master_link_status:up"));
        await().atMost(Wire.PATIENCE)
                .until(() -> IntStream.range(0, masters.size()).allMatch(i -> slots(i).contains("" + replica.port())));
        return replica;
    }

    private void awaitAgreement() {
        await().atMost(Wire.PATIENCE).pollInterval(Duration.ofMillis(50)).until(this::isAgreed);
    }

    private boolean isAgreed() {
        List<String> slots = slots(0);
        return IntStream.range(0, masters.size()).allMatch(i -> slots(i).equals(slots) && isOk(master(i)));
    }

    private boolean isOk(RedisServer master) {
        String info = master.command("CLUSTER", "INFO").get(0);
        return info.contains("cluster_state:ok\r\n")
                && info.contains("cluster_slots_assigned:" + SLOTS + "\r\n")
                && info.contains("cluster_known_nodes:" + masters.size() + "\r\n");
    }

    /** What a master knows of the slots: first and last of each range, and its owner's address, port and id. */
    private List<String> slots(int index) {
        return master(index).command("CLUSTER", "SLOTS");
    }

    public RedisServer master(int index) {
        return masters.get(index);
    }

    /** The URLs of all masters, comma-separated. */
    public String url() {
        return masters.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    /** The index of the master that has this slot, as the first one knows. */
    public int owner(int slot) {
        List<String> slots = slots(0);
        for (int i = 0; i < slots.size(); i += 5) {
            if (Integer.parseInt(slots.get(i)) <= slot && slot <= Integer.parseInt(slots.get(i + 1))) {
                int port = Integer.parseInt(slots.get(i + 3));
                return masters.stream().map(RedisServer::port).toList().indexOf(port);
            }
        }
        throw new AssertionError("Nobody has slot " + slot);
    }

    /** Gives a slot with its keys to another master, and waits until all agree. */
    public void moveSlot(int slot, int from, int to) {
        String source = id(from);
        String target = id(to);
        master(to).command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", source);
        master(from).command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", target);
        for (List<String> keys = keysIn(slot, from); !keys.isEmpty(); keys = keysIn(slot, from)) {
            for (String key : keys) {
                master(from).command("MIGRATE", "127.0.0.1", "" + master(to).port(), key, "0", "5000");
            }
        }
        master(to).command("CLUSTER", "SETSLOT", "" + slot, "NODE", target);
        master(from).command("CLUSTER", "SETSLOT", "" + slot, "NODE", target);
        awaitAgreement();
    }

    private List<String> keysIn(int slot, int master) {
        return master(master).command("CLUSTER", "GETKEYSINSLOT", "" + slot, "100");
    }

    private String id(int index) {
        return master(index).command("CLUSTER", "MYID").get(0);
    }

    @Override
    public void close() {
        replicas.forEach(RedisServer::close);
        masters.forEach(RedisServer::close);
    }
}
