package dev.fanfare.cli.bench;

import java.util.List;
import java.util.Optional;

/**
 * What both experiments need to know.
 *
 * @param target where the sockets go
 * @param publisher where the publisher goes, on a socket of its own that does not listen; empty where one of the others publishes
 * @param dialect what is spoken on them
 * @param offer what their handshakes bring
 * @param connections sockets in all, 1 to 1,000,000
 * @param threads socket loops, 1 to 64, at most one per socket
 * @param handshakes handshakes under way at once, 1 to 10,000
 * @param serverPids the server's processes on this machine, where their processor time and memory are to be read
 */
public record Settings(
        Target target,
        Optional<Target> publisher,
        Dialect.Kind dialect,
        Offer offer,
        int connections,
        int threads,
        int handshakes,
        List<Long> serverPids) {

    public Settings {
        require("connections", connections, 1, 1_000_000);
        require("threads", threads, 1, Math.min(64, connections));
        require("handshakes", handshakes, 1, 10_000);
        if (offer.compression() && dialect == Dialect.Kind.SSE) {
            throw new IllegalArgumentException("compression: event streams have none");
        }
        serverPids = List.copyOf(serverPids);
    }

    /** The same with another number of connections. */
    Settings with(int others) {
        return new Settings(target, publisher, dialect, offer, others, threads, handshakes, serverPids);
    }

    static void require(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": " + value + " is not between " + least + " and " + most);
        }
    }
}
