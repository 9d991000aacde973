package dev.fanfare.cluster;

import dev.fanfare.config.RedisUrl;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Which server of Redis has which hash slot. */
final class Layout {
    private static final short NONE = -1;

    /** In the order of their first slots, whoever told us of them. */
    private final List<RedisUrl> servers;

    private final short[] serverOfSlot;

    /** Slots of one server, from the first to the last. */
    record Range(int first, int last, RedisUrl server) {
        Range {
            if (first < 0 || last < first || last >= Names.SLOTS) {
                throw new IllegalArgumentException("no range of slots: " + first + " to " + last);
            }
        }
    }

    private Layout(List<RedisUrl> servers, short[] serverOfSlot) {
        this.servers = List.copyOf(servers);
        this.serverOfSlot = serverOfSlot;
    }

    /** One server has everything. */
    static Layout of(RedisUrl server) {
        return new Layout(List.of(server), new short[Names.SLOTS]);
    }

    /**
     * Several servers share the slots.
     *
     * @throws IllegalStateException where a slot has none
     */
    static Layout of(List<Range> ranges) {
        List<Range> sorted =
                ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList();
        List<RedisUrl> servers = sorted.stream().map(Range::server).distinct().toList();
        short[] serverOfSlot = new short[Names.SLOTS];
        Arrays.fill(serverOfSlot, NONE);
        for (Range range : sorted) {
            Arrays.fill(serverOfSlot, range.first, range.last + 1, (short) servers.indexOf(range.server));
        }
        for (int slot = 0; slot < Names.SLOTS; slot++) {
            if (serverOfSlot[slot] == NONE) {
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
