package dev.fanfare.config;

/**
 * How often something may happen.
 *
 * @param perSecond on average; 0 is no bound
 * @param burst at once, after a pause
 */
public record Rate(int perSecond, int burst) {
    /** The numbers as they stand in the file, where a burst of 0 is one second's worth. */
    static Rate of(Setting perSecond, Setting burst) {
        int rate = perSecond.integer(0, 1_000_000);
        int atOnce = burst.integer(0, 10_000_000);
        return new Rate(rate, atOnce == 0 ? rate : atOnce);
    }

    public boolean isBounded() {
        return perSecond > 0;
    }
}
