package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.LocalProcess;
import dev.fanfare.testing.RedisPeer;
import dev.fanfare.testing.WebSocketPeer;
import dev.fanfare.testing.Wire;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/cluster}: what it starts, and how it ends. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ClusterScriptIT {
    private final int offset = FreePort.next() - 8080;

    @TempDir
    private Path folder;

    private LocalProcess cluster(String count) {
        return LocalProcess.start(
                folder, "bash", Path.of("scripts/cluster").toAbsolutePath().toString(), "--offset", "" + offset, count);
    }

    private WebSocketPeer connect(int port) {
        return WebSocketPeer.connect(port + offset, "/raw/cluster");
    }

    private void expectNobodyOn(int... ports) {
        for (int port : ports) {
            assertThatThrownBy(() -> Wire.connect(port + offset, 0, null)).hasMessageContaining("Cannot connect");
        }
    }

    @Test
    void itJoinsItsInstancesAndEndsWithZeroAndAllOfThem() {
        try (LocalProcess cluster = cluster("2")) {
            cluster.await("the addresses", () -> cluster.output().contains("Ctrl-C"));
            assertThat(cluster.output())
                    .contains("http://127.0.0.1:" + (8080 + offset), "redis://127.0.0.1:" + (6380 + offset))
                    .contains("http://127.0.0.1:" + (8444 + offset), "http://127.0.0.1:" + (9091 + offset));
            try (WebSocketPeer one = connect(8443);
                    WebSocketPeer two = connect(8444);
                    WebSocketPeer any = connect(8080)) {
                any.sendText("hello").expectText("hello");
                one.expectText("hello");
                two.expectText("hello");
            }
            cluster.signal("TERM");
            assertThat(cluster.end()).isZero();
        }
        expectNobodyOn(8080, 6380, 8443, 8444, 9090, 9091);
    }

    @Test
    void whenOnePartEndsItSaysWhichAndStopsTheRest() {
        try (LocalProcess cluster = cluster("1")) {
            cluster.await("the addresses", () -> cluster.output().contains("Ctrl-C"));
            try (RedisPeer redis = RedisPeer.connect(6380 + offset)) {
                assertThatThrownBy(() -> redis.command("SHUTDOWN")).isInstanceOf(AssertionError.class);
            }
            assertThat(cluster.end()).isEqualTo(1);
            assertThat(cluster.output()).contains("cluster: redis ended").contains("bye bye");
        }
        expectNobodyOn(8080, 6380, 8443, 9090);
    }

    @Test
    void aPortThatIsTakenIsSaidBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(8444 + offset, 1, InetAddress.getLoopbackAddress());
                LocalProcess cluster = cluster("2")) {
            assertThat(cluster.end()).isEqualTo(1);
            assertThat(cluster.output())
                    .matches("cluster: port " + taken.getLocalPort() + ", which instance 2 needs, is taken: .*\\R");
        }
    }

    @Test
    void aWrongNumberIsSaid() {
        try (LocalProcess cluster = cluster("many")) {
            assertThat(cluster.end()).isEqualTo(2);
            assertThat(cluster.output()).isEqualTo("cluster: N has to be a number from 1 to 20, not 'many'\n");
        }
    }
}
