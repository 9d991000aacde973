package dev.fanfare.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Certificates;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.ProxyHeader;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PROXY headers, written by hand: who is counted, and who is not served. Each address may have one connection. */
class ProxyProtocolTest {
    private static final String CLIENT = "203.0.113.5";
    private static final String OTHER = "203.0.113.6";

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(
            "server.proxy-protocol=true",
            "server.max-connections-per-address=1",
            "server.trusted-proxies=198.51.100.0/24");

    static Stream<String> headers() {
        return Stream.of(
                ProxyHeader.v1(CLIENT),
                ProxyHeader.v2(CLIENT),
                ProxyHeader.v1("2001:db8:5::1"),
                ProxyHeader.v2("2001:db8:5::1"),
                ProxyHeader.v1Unknown(),
                ProxyHeader.v2Local(),
                ProxyHeader.v2Unix("/run/proxy.sock"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void whomTheHeaderNamesIsWhoIsCounted(String header) {
        WebSocketPeer first = connect(header);
        assertThat(status(header)).isEqualTo(429);
        assertThat(status(ProxyHeader.v1(OTHER))).isEqualTo(101);
        first.sendText("hello").expectText("hello").leave();
    }

    @ParameterizedTest
    @MethodSource("headers")
    void theRequestMayComeWithTheHeaderOrByteByByte(String header) {
        String request = SERVER.upgrade("/").text();
        HttpPeer together = SERVER.http().send(header + request);
        assertThat(together.responseHead().status()).isEqualTo(101);
        together.upgraded().sendText("whole").expectText("whole").leave();
        SERVER.awaitClients(0);
        HttpPeer slow = SERVER.http();
        for (char next : (header + request).toCharArray()) {
            slow.send(String.valueOf(next));
        }
        assertThat(slow.responseHead().status()).isEqualTo(101);
        slow.upgraded().sendText("in bytes").expectText("in bytes");
    }

    @Test
    void whoSaysNothingOfAProxyIsNotServed() {
        HttpPeer peer = SERVER.http().send(SERVER.upgrade("/").text());
        peer.wire().expectEnd();
        HttpPeer garbage = SERVER.http().send("PROXY TCP4 localhost 192.0.2.1 1 2\r\n");
        garbage.wire().expectEnd();
        HttpPeer endless = SERVER.http();
        endless.wire().tryWrite("PROXY ".repeat(1_000).getBytes(US_ASCII));
        endless.wire().expectEnd();
        assertThat(status(ProxyHeader.v1(CLIENT))).isEqualTo(101);
    }

    @Test
    void whoSaysNothingIsNotWaitedForLongerThanForAHandshake() {
        try (Instance server = Instance.start("server.proxy-protocol=true", "server.handshake-timeout=100ms");
                HttpPeer silent = HttpPeer.to(server.port());
                HttpPeer half = HttpPeer.to(server.port())) {
            half.send("PROXY TCP4 ");
            silent.wire().expectEnd();
            half.wire().expectEnd();
        }
    }

    /** A datagram is no connection. */
    @Test
    void aHeaderOfAnotherProtocolIsNotServed() {
        HttpPeer peer = SERVER.http().send(ProxyHeader.v2(CLIENT).replace('\u0011', '\u0012'));
        peer.wire().expectEnd();
    }

    @Test
    void aTrustedProxyBehindTheOneThatConnectsSpeaksForItsClient() {
        UpgradeRequest request = SERVER.upgrade("/").with("X-Forwarded-For", CLIENT);
        SERVER.keep(dial(ProxyHeader.v1("198.51.100.7")).connect(request));
        assertThat(status(ProxyHeader.v1(CLIENT))).isEqualTo(429);
        assertThat(status(ProxyHeader.v1("198.51.100.7"))).isEqualTo(101);
        assertThat(SERVER.keep(dial(ProxyHeader.v1(OTHER)).http())
                        .send(request.text())
                        .responseHead()
                        .status())
                .as("one that nobody trusts")
                .isEqualTo(101);
    }

    @Test
    void theHeaderComesBeforeTls(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder).generate("first");
        SSLContext trust = certificates.trusting("first");
        try (Instance server = Instance.start(
                "server.proxy-protocol=true",
                "server.max-connections-per-address=1",
                "server.tls.enabled=true",
                "server.tls.cert=" + certificates.cert("first"),
                "server.tls.key=" + certificates.key("first"))) {
            WebSocketPeer.Dial dial = WebSocketPeer.to(server.port())
                    .saying(ProxyHeader.v2(CLIENT))
                    .tls(trust);
            WebSocketPeer peer = dial.connect("/");
            String large = "x".repeat(60_000);
            peer.sendText(large).expectText(large);
            try (HttpPeer second = dial.http()) {
                assertThat(second.send(UpgradeRequest.to(server.port(), "/").text())
                                .responseHead()
                                .status())
                        .isEqualTo(429);
            }
            peer.leave();
        }
    }

    private static WebSocketPeer.Dial dial(String header) {
        return WebSocketPeer.to(SERVER.port()).saying(header);
    }

    private static WebSocketPeer connect(String header) {
        return SERVER.keep(dial(header).connect("/"));
    }

    private static int status(String header) {
        return SERVER.keep(dial(header).http())
                .send(SERVER.upgrade("/").text())
                .responseHead()
                .status();
    }
}
