package dev.fanfare.cli;

/** The JDK's flight recorder, which Netty's allocators would start, recording or not: a third of the start. */
final class FlightRecorder {
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";

    private FlightRecorder() {}

    /** Has Netty leave it alone, unless its property says otherwise; to be called before Netty is used. */
    static void leaveOut() {
        if (System.getProperty(NETTY_EVENTS) == null) {
            System.setProperty(NETTY_EVENTS, "false");
        }
    }
}
