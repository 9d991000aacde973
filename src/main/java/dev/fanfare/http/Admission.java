package dev.fanfare.http;

import dev.fanfare.config.Configuration.Server;
import dev.fanfare.config.Rate;
import dev.fanfare.http.AddressRates.Counted;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts sockets and handshakes against the bounds on them, in all and per address, and what an address sends without a session. The bounds hold for the instance and
 * not for a loop, so this is the one object that loops share; it is asked once a request, never on the path of a session's messages, so
 * one lock for all of it holds nobody up.
 */
public final class Admission {
    /** What is said to somebody who wants to connect. */
    enum Decision {
        ADMITTED,
        FULL,
        TOO_FAST,
        TOO_MANY_FROM_ADDRESS,
        TOO_FAST_FROM_ADDRESS
    }

    private final AddressRates byAddress;
    private final Map<InetAddress, Integer> openByAddress = new HashMap<>();
    private Server bounds;
    private Allowance handshakes;
    private int open;

    public Admission(Server bounds) {
        this(bounds, TimeMeter.SYSTEM_NANOTIME);
    }

    Admission(Server bounds, TimeMeter clock) {
        this.bounds = bounds;
        this.handshakes = Allowance.of(bounds.handshakeRate(), clock);
        this.byAddress = new AddressRates(clock);
    }

    /** Has the bounds of another configuration hold from now on; what was counted stays counted. */
    public synchronized void reconfigure(Server changed) {
        bounds = changed;
        handshakes = handshakes.changed(changed.handshakeRate());
    }

    /**
     * Takes a place, which has to be given back with {@link #release} where one was there. What bounds an address is asked
     * first, so that nobody uses up alone what is there for all.
     */
    synchronized Decision admit(ClientAddress client) {
        InetAddress address = client.network();
        if (!shakesHands(address)) {
            return Decision.TOO_FAST_FROM_ADDRESS;
        }
        int openFromAddress = openByAddress.getOrDefault(address, 0);
        if (isReached(bounds.maxConnectionsPerAddress(), openFromAddress)) {
            return Decision.TOO_MANY_FROM_ADDRESS;
        }
        if (!handshakes.take(1)) {
            return Decision.TOO_FAST;
        }
        if (isReached(bounds.maxConnections(), open)) {
            return Decision.FULL;
        }
        open++;
        openByAddress.put(address, openFromAddress + 1);
        return Decision.ADMITTED;
    }

    private boolean shakesHands(InetAddress address) {
        return byAddress.take(address, Counted.HANDSHAKES, bounds.handshakeRatePerAddress(), 1);
    }

    /** Counts what a client sends without a session, and tells whether its address may at this rate. */
    synchronized boolean sends(ClientAddress client, Counted what, Rate rate, int amount) {
        return byAddress.take(client.network(), what, rate, amount);
    }

    private static boolean isReached(int bound, int count) {
        return bound > 0 && count >= bound;
    }

    synchronized void release(ClientAddress client) {
        open--;
        openByAddress.computeIfPresent(client.network(), (address, count) -> count == 1 ? null : count - 1);
    }
}
