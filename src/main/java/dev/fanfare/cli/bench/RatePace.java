package dev.fanfare.cli.bench;

/** Open loop: message n is intended n intervals after the first. Belongs to the publisher's loop. */
final class RatePace implements Pace {

    private final double interval;
    private long start = UNKNOWN;

    RatePace(double perSecond) {
        this.interval = 1e9 / perSecond;
    }

    @Override
    public long due(int sequence, long now) {
        if (start == UNKNOWN) {
            start = now;
        }
        return start + (long) (sequence * interval);
    }
}
