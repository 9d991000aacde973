package dev.fanfare.it;

import static dev.fanfare.testing.JsonPeer.command;
import static dev.fanfare.testing.JsonPeer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.JsonPeer;
import dev.fanfare.testing.SharedInstance;
import dev.fanfare.testing.Tokens;
import dev.fanfare.testing.UpgradeRequest;
import dev.fanfare.testing.WebSocketPeer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a token says of its bearer goes before what the bearer says. */
class PresenceInfoTest {
    private static final String SECRET = "a secret that has thirty-two bytes and more";

    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with(ChannelKinds.RULES, "auth.jwt.secret=" + SECRET);

    private static JsonPeer bearing(String... claims) {
        String token = Tokens.secret("HS256", SECRET).sign(Tokens.claims(claims));
        UpgradeRequest request = UpgradeRequest.to(SERVER.port(), "/ws").bearing(token);
        return SERVER.keep(JsonPeer.on(request, WebSocketPeer.to(SERVER.port())));
    }

    private static JsonObject seen(JsonPeer peer) {
        String channel = ChannelKinds.fresh(ChannelKinds.QUIET);
        expect("subscribed", peer.ask(command("subscribe", channel).put("info", "mine")));
        return expect("presence", peer.ask(command("presence", channel)))
                .getJsonArray("data")
                .getJsonObject(0);
    }

    @Test
    void theTokensInfoIsShown() {
        JsonObject member = seen(bearing("\"sub\":\"ann\"", "\"info\":{\"name\":\"Ann\"}"));
        assertThat(member.getString("user")).isEqualTo("ann");
        assertThat(member.getJsonObject("info")).isEqualTo(new JsonObject().put("name", "Ann"));
    }

    @Test
    void withoutItTheClientsIs() {
        assertThat(seen(bearing("\"sub\":\"ann\"")).getString("info")).isEqualTo("mine");
    }

    @Test
    void aTokenWithoutAUserMayHaveOneToo() {
        JsonObject member = seen(bearing("\"info\":[1]"));
        assertThat(member.fieldNames()).containsExactlyInAnyOrder("session", "info");
        assertThat(member.getJsonArray("info")).containsExactly(1);
    }
}
