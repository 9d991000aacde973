package dev.fanfare.http;

import dev.fanfare.config.Rate;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each address does against the rates of it. An address whose allowances are whole again is forgotten, by and by, as others
 * come; and where too many are remembered, the one that came longest ago, since who has that many addresses is bounded by
 * none of them. For one thread at a time.
 */
final class AddressRates {
    static final int MOST = 1 << 15;

    /** For each that comes, so that nobody waits while all of them are looked at. */
    private static final int LOOKED_AT = 2;

    /** What has a rate of its own. */
    enum Counted {
        HANDSHAKES,
        /** What is posted, which no session counts. */
        MESSAGES,
        BYTES
    }

    private final TimeMeter clock;
    private final Map<InetAddress, Map<Counted, Allowance>> addresses = new LinkedHashMap<>(16, 0.75f, true);

    AddressRates(TimeMeter clock) {
        this.clock = clock;
    }

    /**
     * Takes so much of what an address may have, or nothing where there is not so much left.
     *
     * @param rate that holds now; what was taken under another one stays taken
     */
    boolean take(InetAddress address, Counted what, Rate rate, int amount) {
        forgetWhole();
        if (!rate.isBounded()) {
            return true;
        }
        Allowance allowance = addresses
                .computeIfAbsent(address, first -> new EnumMap<>(Counted.class))
                .compute(what, (same, known) -> known == null ? Allowance.of(rate, clock) : known.changed(rate));
        if (addresses.size() > MOST) {
            Iterator<?> longestAgo = addresses.values().iterator();
            longestAgo.next();
            longestAgo.remove();
        }
        return allowance.take(amount);
    }

    private void forgetWhole() {
        Iterator<Map<Counted, Allowance>> longestAgo = addresses.values().iterator();
        for (int i = 0;
                i < LOOKED_AT
                        && longestAgo.hasNext()
                        && longestAgo.next().values().stream().allMatch(Allowance::isWhole);
                i++) {
            longestAgo.remove();
        }
    }

    /** How many addresses are remembered. */
    int size() {
        return addresses.size();
    }
}
