package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** One loop's account of what its connections received. Belongs to that loop's thread. */
final class Tally {

    private final Dialect dialect;
    private final int size;
    private final long run;
    private final Pace.Arrivals arrivals;
    private final Histogram latency = new Histogram(1_000, 60_000_000_000L, 3);
    private long deliveries;
    private long foreign;
    private long from = Long.MAX_VALUE;
    private long until = Long.MAX_VALUE;

    Tally(Dialect dialect, int size, int run, Pace.Arrivals arrivals) {
        this.dialect = dialect;
        this.size = size;
        this.run = Stamp.digits(run);
        this.arrivals = arrivals;
        latency.setAutoResize(true);
    }

    /** A text or binary message came, at the given time. */
    void message(Ledger ledger, ByteBuffer in, int offset, int length, long now) {
        int payload = dialect.payloadAt(in, offset, length, size);
        if (payload < 0 || in.getLong(payload) != run) {
            foreign++;
            return;
        }
        int sequence = Stamp.sequence(in, payload);
        if (!ledger.enter(sequence)) {
            return;
        }
        deliveries++;
        long intended = Stamp.time(in, payload);
        if (intended - from >= 0 && intended - until < 0) {
            latency.recordValue(Math.max(0, now - intended));
        }
        arrivals.arrived(sequence);
    }

    /** From now on the latency of messages intended at {@code from} or later is recorded. */
    void from(long time) {
        from = time;
    }

    /** The latency of messages intended before {@code until} is still recorded, when they come. */
    void until(long time) {
        until = time;
    }

    /** Messages that came for the first time. */
    long deliveries() {
        return deliveries;
    }

    /** Messages that are not this run's, or not as they were sent. */
    long foreign() {
        return foreign;
    }

    Histogram latency() {
        return latency;
    }
}
