package dev.fanfare.http;

import dev.fanfare.config.Configuration.Server;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts sockets against the bounds on them, in all and per address. The bounds hold for the instance and not for a
 * loop, so this is the one object that loops share; it is asked once a handshake, never on a message's path.
 */
public final class Admission {
    /** What is said to somebody who wants to connect. */
    enum Decision {
        ADMITTED,
        FULL,
        TOO_MANY_FROM_ADDRESS
    }

    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger total = new AtomicInteger();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

    public Admission(Server server) {
        this.most = server.maxConnections();
        this.mostPerAddress = server.maxConnectionsPerAddress();
    }

    /** Takes a place, which has to be given back with {@link #release} where one was there. */
    Decision admit(String address) {
        if (total.incrementAndGet() > most && most > 0) {
            total.decrementAndGet();
            return Decision.FULL;
        }
        if (mostPerAddress > 0 && byAddress.merge(address, 1, Integer::sum) > mostPerAddress) {
            release(address);
            return Decision.TOO_MANY_FROM_ADDRESS;
        }
        return Decision.ADMITTED;
    }

    void release(String address) {
        total.decrementAndGet();
        if (mostPerAddress > 0) {
            byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }
}
