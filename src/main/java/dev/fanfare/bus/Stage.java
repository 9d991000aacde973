package dev.fanfare.bus;

/** How far the instance has come. */
public enum Stage {
    /** It is being built; nobody can connect yet. */
    STARTING,
    /** It takes and carries traffic. */
    READY,
    /** It was told to stop: it takes no more traffic soon, and sends its clients away. */
    DRAINING,
    /** Every session has ended. */
    DRAINED
}
