package dev.fanfare.cluster;

import dev.fanfare.config.RedisUrl;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Which server of Redis has which hash slot. */
final class Layout {
    private static final int SLOTS = 16_384;

    private final List<RedisUrl> servers;
    private final short[] serverOfSlot;

    private Layout(List<RedisUrl> servers, short[] serverOfSlot) {
        this.servers = List.copyOf(servers);
        this.serverOfSlot = serverOfSlot;
    }

    /** One server has everything. */
    static Layout of(RedisUrl server) {
        return new Layout(List.of(server), new short[SLOTS]);
    }

    /**
     * Each server has its ranges of slots, first and last.
     *
     * @throws IllegalStateException where a slot has none
     */
    static Layout of(Map<RedisUrl, List<int[]>> ranges) {
        List<RedisUrl> servers = List.copyOf(ranges.keySet());
        short[] serverOfSlot = new short[SLOTS];
        Arrays.fill(serverOfSlot, (short) -1);
        short server = 0;
        for (List<int[]> ofServer : ranges.values()) {
            for (int[] range : ofServer) {
                Arrays.fill(serverOfSlot, range[0], range[1] + 1, server);
            }
            server++;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            if (serverOfSlot[slot] < 0) {
                throw new IllegalStateException("no server has slot " + slot);
            }
        }
        return new Layout(servers, serverOfSlot);
    }

    List<RedisUrl> servers() {
        return servers;
    }

    /** The server of a key, or of a sharded Pub/Sub channel. */
    RedisUrl serverOf(String name) {
        return servers.get(serverOfSlot[servers.size() == 1 ? 0 : Names.slot(name)]);
    }

    boolean isSame(Layout other) {
        return servers.equals(other.servers) && Arrays.equals(serverOfSlot, other.serverOfSlot);
    }
}
