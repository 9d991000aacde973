package dev.fanfare.cli.bench;

import java.time.Duration;

/**
 * The messages of a fan-out run.
 *
 * @param drive when they are sent
 * @param size payload bytes of a message, {@value Stamp#LENGTH} to 65,536
 * @param warmup how long the load runs before it is measured
 * @param duration how long it is measured, at least 100 ms
 */
public record Load(Drive drive, int size, Duration warmup, Duration duration) {

    static final int LARGEST = 65_536;

    public Load {
        Settings.require("size", size, Stamp.LENGTH, LARGEST);
        Settings.require("warmup (ms)", warmup.toMillis(), 0, 86_400_000);
        Settings.require("duration (ms)", duration.toMillis(), 100, 86_400_000);
    }

    /** When messages are sent. */
    public sealed interface Drive permits Window, Rate {

        /** The pace that sends so, for as many loops of subscribers as given. */
        Pace pace(int loops);
    }

    /** Closed loop: so many messages are in flight, and the next is sent when every subscriber has the oldest. */
    public record Window(int messages) implements Drive {
        public Window {
            Settings.require("window", messages, 1, 65_536);
        }

        @Override
        public Pace pace(int loops) {
            return new WindowPace(messages, loops);
        }

        @Override
        public String toString() {
            return "window " + messages;
        }
    }

    /** Open loop: so many messages a second, whatever the server does. */
    public record Rate(double perSecond) implements Drive {
        public Rate {
            if (!(perSecond >= 0.01 && perSecond <= 1_000_000)) {
                throw new IllegalArgumentException("rate: " + perSecond + " is not between 0.01 and 1000000");
            }
        }

        @Override
        public Pace pace(int loops) {
            return new RatePace(perSecond);
        }

        @Override
        public String toString() {
            return "rate " + perSecond;
        }
    }
}
