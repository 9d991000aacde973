package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Upstream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code conf/haproxy.cfg}, which knows by its probes more than handshakes tell. */
class HaproxyTest extends BalancerContract {
    @Override
    Balancer start(List<Upstream> upstreams) {
        return Balancer.haproxy(upstreams);
    }

    @Test
    void theFileIsRightAsItIsShipped() throws Exception {
        Process check = new ProcessBuilder("haproxy", "-c", "-f", "conf/haproxy.cfg")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), UTF_8))
                .isEqualToIgnoringNewLines("Configuration file is valid");
        assertThat(check.waitFor()).isZero();
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
}
