package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.Upstream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code conf/nginx.conf}, which learns from the answers to handshakes alone; that it starts shows that the file is right. */
class NginxIT extends BalancerContract {
    @Override
    Balancer start(List<Upstream> upstreams) {
        return Balancer.nginx(upstreams);
    }

    @Test
    void whereNoneIsReadyThoseThatAcceptServe() {
        Instance a = instance("shutdown.grace=2s");
        Instance b = instance("shutdown.grace=2s");
        Balancer balancer = before(Upstream.of(a), Upstream.of(b));
        a.stop();
        b.stop();
        await().until(() -> HttpPeer.get(b.metricsPort(), "/ready").status() == 503);
        assertThat(connect(balancer, "a").node()).isEqualTo("a");
        assertThat(connect(balancer, "b").node()).isEqualTo("b");
    }
}
