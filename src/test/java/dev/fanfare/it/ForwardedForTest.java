package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is counted where proxies speak for others: each address may have one connection. 127.0.0.1 is a proxy, 127.0.0.2 is none. */
class ForwardedForTest {
    private static final String PROXY = "127.0.0.1";
    private static final String CLIENT = "203.0.113.5";

    @RegisterExtension
    static final SharedInstance SERVER =
            SharedInstance.with("server.trusted-proxies=127.0.0.1,10.0.0.0/8", "server.max-connections-per-address=1");

    /** In {@code lines} a slash is between two header lines. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.5                             | one proxy
            198.51.100.9, 203.0.113.5               | what the client itself has said stands to the left
            198.51.100.9/203.0.113.5                | and be it in a line of its own
            203.0.113.5, 10.1.2.3                   | two proxies
            203.0.113.5/10.1.2.3/10.4.5.6           | three, each with its line
            nonsense, 203.0.113.5:61000             | a port, and garbage that nobody looks at
            ::ffff:203.0.113.5                      | IPv4 within IPv6
            """)
    void theClientIsCountedHoweverTheProxiesSpellIt(String lines, String what) {
        occupy(PROXY, CLIENT);
        assertThat(status(PROXY, lines)).as(what).isEqualTo(429);
        assertThat(status(PROXY, "203.0.113.6")).as("somebody else").isEqualTo(101);
    }

    @Test
    void anInventionIsWorthNothing() {
        occupy(PROXY, "192.0.2.1, " + CLIENT);
        assertThat(status(PROXY, "192.0.2.2, " + CLIENT)).isEqualTo(429);
        assertThat(status(PROXY, "192.0.2.1")).isEqualTo(101);
    }

    @Test
    void whoIsNotTrustedIsCountedHimself() {
        occupy("127.0.0.2", CLIENT);
        assertThat(status("127.0.0.2", "203.0.113.6")).isEqualTo(429);
        assertThat(status(PROXY, CLIENT)).isEqualTo(101);
        assertThat(status(PROXY, "127.0.0.2")).as("the same by way of a proxy").isEqualTo(429);
    }

    @Test
    void aProxyThatSaysNothingOrNonsenseIsCountedItself() {
        occupy(PROXY, "");
        assertThat(status(PROXY, "unknown")).isEqualTo(429);
        assertThat(status(PROXY, CLIENT + ", localhost")).isEqualTo(429);
        assertThat(status(PROXY, CLIENT)).isEqualTo(101);
    }

    @Test
    void allOfAnIpv6NetworkAreOne() {
        occupy(PROXY, "2001:db8:1:2::1");
        assertThat(status(PROXY, "[2001:db8:1:2:ffff::1]:61000")).isEqualTo(429);
        assertThat(status(PROXY, "2001:db8:1:3::1")).isEqualTo(101);
    }

    private static void occupy(String source, String lines) {
        SERVER.keep(WebSocketPeer.to(SERVER.port()).from(source).connect(request(lines)));
    }

    private static int status(String source, String lines) {
        HttpPeer http = SERVER.keep(WebSocketPeer.to(SERVER.port()).from(source).http());
        return http.send(request(lines).text()).responseHead().status();
    }

    private static UpgradeRequest request(String lines) {
        UpgradeRequest request = SERVER.upgrade("/ws");
        return lines.isEmpty()
                ? request
                : Arrays.stream(lines.split("/", -1))
                        .reduce(request, (made, line) -> made.with("X-Forwarded-For", line), (a, b) -> b);
    }
}
