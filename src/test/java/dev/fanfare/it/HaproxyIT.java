package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.LocalProcess;
import dev.fanfare.testing.Upstream;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code conf/haproxy.cfg}, which knows by its probes more than handshakes tell. */
class HaproxyIT extends BalancerContract {
    @Override
    Balancer start(List<Upstream> upstreams) {
        return Balancer.haproxy(upstreams);
    }

    @Test
    void theFileIsRightAsItIsShippedAndNothingIsWarnedOf(@TempDir Path folder) {
        String file = Path.of("conf/haproxy.cfg").toAbsolutePath().toString();
        try (LocalProcess check = LocalProcess.start(folder, "haproxy", "-dW", "-c", "-f", file)) {
            assertThat(check.end()).as(check.output()).isZero();
        }
    }

    @Test
    void anUnreadyInstanceKeepsItsClientsAndGetsNoNewOnes() {
        Instance a = instance("shutdown.grace=4s");
        Balancer balancer = before(Upstream.of(a), Upstream.of(instance()));
        Client old = connect(balancer, "a");
        a.stop();
        balancer.awaitOutput("Server ready/a is DOWN");
        assertThat(connect(balancer, "a").node()).isEqualTo("b");
        assertThat(connect(balancer, "").node()).isEqualTo("b");
        old.peer().sendText("still here").expectText("still here");
        assertThat(old.peer().expectClose(1001).closeReason()).startsWith("retry after");
    }

    @Test
    void whereNoneIsReadyThoseThatLiveServe() {
        Instance a = instance("shutdown.grace=4s");
        Instance b = instance("shutdown.grace=4s");
        Balancer balancer = before(Upstream.of(a), Upstream.of(b));
        a.stop();
        b.stop();
        balancer.awaitOutput("backend ready has no server available");
        assertThat(connect(balancer, "a").node()).isEqualTo("a");
        assertThat(connect(balancer, "b").node()).isEqualTo("b");
        Client any = connect(balancer, "");
        any.peer().sendText("served").expectText("served");
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void byTheProxyProtocolEachClientIsCountedByHisOwnAddress(String option) {
        Instance a = instance("server.proxy-protocol=true", "server.max-connections-per-address=1");
        Balancer balancer = keep(Balancer.haproxy(List.of(Upstream.of(a)), option));
        expectOneConnectionForEachAddress(balancer);
        WebSocketPeer compressing = keep(WebSocketPeer.to(balancer.port()).connectCompressing("/ws"));
        compressing.sendText("{\"type\":\"ping\"}");
        assertThat(compressing.frame().inflated().text()).contains("pong");
    }
}
