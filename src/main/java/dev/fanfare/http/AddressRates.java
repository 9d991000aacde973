package dev.fanfare.http;

import dev.fanfare.config.Rate;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The handshakes of each address against one rate. An address whose allowance is whole again is forgotten, by and by, as others
 * come; and where too many are remembered, the one that came longest ago, since who has that many addresses is bounded by
 * none of them. For one thread at a time.
 */
final class AddressRates {
    static final int MOST = 1 << 15;

    /** For each that comes, so that nobody waits while all of them are looked at. */
    private static final int LOOKED_AT = 2;

    private final TimeMeter clock;
    private final Map<InetAddress, Allowance> allowances = new LinkedHashMap<>(16, 0.75f, true);
    private Rate rate;

    AddressRates(Rate rate, TimeMeter clock) {
        this.rate = rate;
        this.clock = clock;
    }

    boolean take(InetAddress address) {
        if (!rate.isBounded()) {
            return true;
        }
        forgetWhole();
        Allowance allowance = allowances.computeIfAbsent(address, first -> Allowance.of(rate, clock));
        if (allowances.size() > MOST) {
            Iterator<Allowance> longestAgo = allowances.values().iterator();
            longestAgo.next();
            longestAgo.remove();
        }
        return allowance.take(1);
    }

    private void forgetWhole() {
        Iterator<Allowance> longestAgo = allowances.values().iterator();
        for (int i = 0;
                i < LOOKED_AT && longestAgo.hasNext() && longestAgo.next().isWhole();
                i++) {
            longestAgo.remove();
        }
    }

    void change(Rate changed) {
        if (changed.equals(rate)) {
            return;
        }
        rate = changed;
        if (rate.isBounded()) {
            allowances.replaceAll((address, allowance) -> allowance.changed(changed));
        } else {
            allowances.clear();
        }
    }

    /** How many addresses are remembered. */
    int size() {
        return allowances.size();
    }
}
