package dev.fanfare.cli.bench;

import java.util.OptionalLong;

/**
 * What both experiments need to know.
 *
 * @param target where the sockets go
 * @param dialect what is spoken on them
 * @param compression whether permessage-deflate is offered
 * @param connections sockets in all, 1 to 1,000,000
 * @param threads socket loops, 1 to 64, at most one per socket
 * @param handshakes handshakes under way at once, 1 to 10,000
 * @param serverPid the server's process on this machine, where its processor time and memory are to be read
 */
public record Settings(
        Target target,
        Dialect.Kind dialect,
        boolean compression,
        int connections,
        int threads,
        int handshakes,
        OptionalLong serverPid) {

    public Settings {
        require("connections", connections, 1, 1_000_000);
        require("threads", threads, 1, Math.min(64, connections));
        require("handshakes", handshakes, 1, 10_000);
    }

    /** The same with another number of connections. */
    Settings with(int others) {
        return new Settings(target, dialect, compression, others, threads, handshakes, serverPid);
    }

    static void require(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": " + value + " is not between " + least + " and " + most);
        }
    }
}
