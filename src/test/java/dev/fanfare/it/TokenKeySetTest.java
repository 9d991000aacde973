package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.Eventually;
import dev.fanfare.testing.FreePort;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JwksServer;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An instance whose keys are those of an issuer elsewhere. */
class TokenKeySetTest {
    private static final Tokens FIRST = Tokens.generate("EdDSA").called("first");
    private static final Tokens SECOND = Tokens.generate("ES256").called("second");

    private static UpgradeRequest bearing(Instance server, Tokens issuer) {
        return UpgradeRequest.to(server.port(), "/ws").with("Authorization", "Bearer " + issuer.sign(Tokens.claims()));
    }

    private static int status(Instance server, Tokens issuer) {
        try (HttpPeer http = HttpPeer.to(server.port())) {
            return http.send(bearing(server, issuer).text()).responseHead().status();
        }
    }

    @Test
    void aHundredHandshakesWithANewKeyWaitForOneFetch() {
        try (JwksServer issuer = JwksServer.start(FIRST.jwk());
                Instance server = Instance.start("auth.jwt.jwks-url=" + issuer.url(), "auth.jwt.jwks-cooldown=1ms")) {
            assertThat(status(server, FIRST)).isEqualTo(101);
            assertThat(issuer.requests()).isEqualTo(1);
            String request = bearing(server, SECOND).text();
            List<HttpPeer> clients =
                    Stream.generate(() -> HttpPeer.to(server.port())).limit(100).toList();
            issuer.rotate(FIRST.jwk(), SECOND.jwk()).hold();
            clients.forEach(client -> client.send(request));
            Eventually.holds(() -> assertThat(issuer.requests()).isEqualTo(2));
            issuer.release();
            clients.forEach(client -> assertThat(client.responseHead().status()).isEqualTo(101));
            assertThat(issuer.requests()).isEqualTo(2);
            assertThat(status(server, FIRST)).isEqualTo(101);
            clients.forEach(HttpPeer::close);
        }
    }

    @Test
    void anInstanceStartsWithoutItsIssuerAndLetsNobodyWithATokenIn() {
        int port = FreePort.next();
        try (Instance server = Instance.start(
                "auth.jwt.jwks-url=http://127.0.0.1:" + port + "/jwks.json", "auth.jwt.jwks-cooldown=1ms")) {
            assertThat(status(server, FIRST)).isEqualTo(401);
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"keys_unavailable\"}"))
                    .isEqualTo(1);
            server.connect("/ws").close();
            try (JwksServer issuer = JwksServer.start(port, FIRST.jwk())) {
                Eventually.holds(() -> assertThat(status(server, FIRST)).isEqualTo(101));
                assertThat(issuer.requests()).isEqualTo(1);
            }
            // The keys stay when the issuer goes.
            assertThat(status(server, FIRST)).isEqualTo(101);
            assertThat(status(server, SECOND)).isEqualTo(401);
            assertThat(server.metric("fanfare_handshakes_rejected_total{reason=\"credential_unknown\"}"))
                    .isEqualTo(1);
        }
    }
}
