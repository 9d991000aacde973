package dev.fanfare;

import dev.fanfare.cli.Commands;

/** The entry of {@code java -jar fanfare.jar}. */
public final class Main {
    private static final String NETTY_FLIGHT_RECORDER = "io.netty.jfr.enabled";

    private Main() {}

    public static void main(String[] args) {
        // Netty's allocators would start the JDK's flight recorder, recording or not: a third of the start.
        if (System.getProperty(NETTY_FLIGHT_RECORDER) == null) {
            System.setProperty(NETTY_FLIGHT_RECORDER, "false");
        }
        System.exit(Commands.run(args, MainVerticle::new));
    }
}
