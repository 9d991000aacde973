package dev.fanfare.it;

import dev.fanfare.testing.Balancer;
import dev.fanfare.testing.Upstream;
import java.util.List;

/** {@code conf/nginx.conf}, which learns from the answers to handshakes alone; that it starts shows that the file is right. */
class NginxTest extends BalancerContract {
    @Override
    Balancer start(List<Upstream> upstreams) {
        return Balancer.nginx(upstreams);
    }
}
