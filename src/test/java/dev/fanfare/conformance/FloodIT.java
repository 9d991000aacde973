package dev.fanfare.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Exposition;
import dev.fanfare.testing.Frame;
import dev.fanfare.testing.InstanceProcess;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Peers that send without end and never read, against a server with a heap of 256 MB: it takes no more than it can hold, it
 * gets rid of them, and who relays beside them notices nothing.
 */
class FloodIT {
    /** What each peer of a flood sends at most: together far more than the server could hold. */
    private static final int FLOOD_BYTES = 200 * 1024 * 1024;

    private static final int FLOODERS = 3;

    /**
     * No message of a bystander may take longer: it would where it had to wait until a flooder is cut. A thread of a busy
     * machine may stand still for less, which is no failure.
     */
    private static final Duration UNNOTICED = Duration.ofSeconds(5);

    private static InstanceProcess server;

    @BeforeAll
    static void start() {
        server = InstanceProcess.start(
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
                "session.ping-interval=500ms",
                "session.pong-timeout=6s",
                "session.write-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void survivesPingsFromPeersThatNeverRead() {
        survive(flood("/", Frame.ping(Samples.binary(125))));
    }

    @Test
    void survivesMessagesFromPeersThatNeverRead() {
        survive(flood("/", Frame.text(Samples.ascii(1000))), flood("/raw/flood", Frame.binary(Samples.binary(60_000))));
    }

    @Test
    void survivesCommandsFromPeersThatNeverRead() {
        survive(
                flood("/ws", Frame.text("{\"type\":\"ping\",\"id\":\"0123456789\"}")),
                flood("/ws", Frame.text("no command")));
    }

    /** These stop being read now and then, for want of credit: that must not pass for an answer to a ping. */
    @Test
    void survivesPublicationsFromPeersThatNeverRead() {
        survive(
                flood("/ws", Frame.text("{\"type\":\"publish\",\"id\":1,\"channel\":\"flood\",\"data\":1}")),
                flood("/ws", Frame.text("{\"type\":\"publish\",\"channel\":\"flood\",\"data\":1}")));
    }

    @Test
    void survivesEmptyFragmentsFromPeersThatNeverRead() {
        survive(
                flood("/", Frame.text("").unfinished()),
                flood("/ws", Frame.binary().unfinished()));
    }

    /** What several peers send to a path. */
    private record Flood(String path, Frame frame) {
        Stream<Flooder> flooders() {
            return Stream.generate(() -> Flooder.start(server.port(), path, frame))
                    .limit(FLOODERS);
        }
    }

    private static Flood flood(String path, Frame frame) {
        return new Flood(path, frame);
    }

    private static void survive(Flood... floods) {
        List<Flooder> flooders = Stream.of(floods).flatMap(Flood::flooders).toList();
        // Not before: it answers pings only while it reads.
        try (var bystander =
                WebSocketPeer.connect(server.port(), "/raw/bystander").answeringPings()) {
            long slowest = relayUntilDone(bystander, flooders);
            assertThat(Duration.ofNanos(slowest)).isLessThan(UNNOTICED);
            awaitClients(1);
            assertThat(server.isAlive()).isTrue();
        } finally {
            flooders.forEach(Flooder::close);
        }
        awaitClients(0);
    }

    /** Relays to itself until every flooder has been cut or has sent all; answers the longest round trip in nanoseconds. */
    private static long relayUntilDone(WebSocketPeer bystander, List<Flooder> flooders) {
        long slowest = 0;
        long deadline = System.nanoTime() + 2 * Wire.PATIENCE.toNanos();
        for (int i = 0; !flooders.stream().allMatch(Flooder::isDone); i++) {
            long before = System.nanoTime();
            assertThat(before).as("the server gets rid of the flooders in time").isLessThan(deadline);
            bystander.sendText("message " + i).expectText("message " + i);
            slowest = Math.max(slowest, System.nanoTime() - before);
        }
        return slowest;
    }

    private static void awaitClients(int count) {
        Awaitility.await().atMost(Wire.PATIENCE).untilAsserted(() -> {
            Exposition figures = Exposition.scrape(server.metricsPort());
            assertThat(figures.sum("fanfare_connected_clients")).isEqualTo(count);
            assertThat(figures.sum("fanfare_connections_total") - figures.sum("fanfare_disconnections_total"))
                    .isEqualTo(count);
        });
    }

    /** A peer with a small receive buffer that writes the same frame again and again on a thread of its own. */
    private record Flooder(WebSocketPeer peer, CompletableFuture<Void> done) implements AutoCloseable {
        static Flooder start(int port, String path, Frame frame) {
            var peer = WebSocketPeer.to(port).receiveBuffer(4096).connect(path);
            byte[] one = frame.encode();
            byte[][] copies =
                    Stream.generate(() -> one).limit(1 + 60_000 / one.length).toArray(byte[][]::new);
            byte[] many = Samples.join(copies);
            return new Flooder(peer, CompletableFuture.runAsync(() -> flood(peer, many), Flooder::thread));
        }

        private static void thread(Runnable task) {
            var thread = new Thread(task, "flooder");
            thread.setDaemon(true);
            thread.start();
        }

        private static void flood(WebSocketPeer peer, byte[] many) {
            boolean open = true;
            for (int sent = 0; open && sent < FLOOD_BYTES; sent += many.length) {
                open = peer.wire().tryWrite(many);
            }
        }

        boolean isDone() {
            return done.isDone();
        }

        @Override
        public void close() {
            peer.vanish();
            try {
                done.get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new CompletionException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
