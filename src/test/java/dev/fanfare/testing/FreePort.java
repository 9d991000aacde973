package dev.fanfare.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of this machine that nobody listens on, for servers that can't be given port 0. */
public final class FreePort {
    private FreePort() {}

    /**
     * One below those that the system gives to outgoing connections: nobody takes it while its server is down, not even
     * a client that tries to reach the server there, which would some day be given that very port and connect to itself.
     */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }
}
