package dev.fanfare.cli;

import java.util.Map;

/** Properties of Netty's that shorten the start, where nobody has set them otherwise. */
final class NettyDefaults {
    private static final Map<String, String> PROPERTIES = Map.of(
            // Its allocators would start the JDK's flight recorder, recording or not.
            "io.netty.jfr.enabled", "false",
            // It would look for this machine's address, to tell channels of several machines apart in a log.
            "io.netty.machineId", "00:00:00:00:00:00:00:01");

    private NettyDefaults() {}

    /** To be called before Netty is used. */
    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
