package dev.fanfare.cli.bench;

/** Decides when each message is sent. Asked on the publisher's loop; told of arrivals on every loop. */
interface Pace {

    /** What {@link #due} answers while it can't be known yet. */
    long UNKNOWN = Long.MAX_VALUE;

    /**
     * The time (of {@link System#nanoTime}) at which the message with this sequence number is intended to leave:
     * it is due when that is not after {@code now}.
     */
    long due(int sequence, long now);

    /** The message is about to be sent. */
    default void sending(int sequence) {}

    /**
     * What a loop with so many subscribers, which all connect before the first message, tells its arrivals to;
     * {@code wake} makes the publisher's loop ask again, from any other.
     */
    default Arrivals arrivals(int subscribers, Runnable wake) {
        return sequence -> {};
    }

    /** Takes arrivals of one loop, on that loop's thread. */
    @FunctionalInterface
    interface Arrivals {

        /** One more of the loop's subscribers has this message, for the first time. */
        void arrived(int sequence);
    }
}
