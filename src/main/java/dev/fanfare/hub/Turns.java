package dev.fanfare.hub;

/** When the hub may go on: not while those whom it delivers to are behind. */
interface Turns {
    /** Runs {@code work} now, or behind what waits already. */
    void take(Runnable work);
}
