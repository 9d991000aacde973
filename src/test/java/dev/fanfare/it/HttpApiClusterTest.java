package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.ApiDocument;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Instance;
import dev.fanfare.testing.JoinedInstances;
import dev.fanfare.testing.RedisServer;
import dev.fanfare.testing.Response;
import dev.fanfare.testing.Users;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The HTTP API of two instances that are one relay, and where Redis does not answer. */
class HttpApiClusterTest extends HttpApiContract {
    @RegisterExtension
    static final JoinedInstances RELAY = JoinedInstances.of(2, Users.BELIEVED, ApiClient.SETTING, RULES);

    HttpApiClusterTest() {
        super(RELAY);
    }

    @Test
    void whereRedisDoesNotAnswerThatIsTold() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.start(ApiClient.SETTING, RULES, "cluster.redis=" + redis.url())) {
            ApiDocument document = ApiDocument.of(one);
            redis.kill();
            Map.of(
                            "/publish", "{\"channel\":\"kept:a\",\"data\":1}",
                            "/processes/1/output", "{\"lines\":[{\"data\":\"a\"},{\"data\":\"b\"}]}",
                            "/processes/1/status", "{\"status\":\"running\"}",
                            "/channels/kept:a/history", "")
                    .forEach((path, body) -> {
                        Response answer = send(one, path, body);
                        assertThat(answer.status()).as(path + answer.body()).isEqualTo(503);
                        assertThat(answer.body()).contains("\"code\":\"unavailable\"");
                        document.check(document.operation(method(body), "/api/v1" + path), answer);
                    });
            for (String path : new String[] {"/channels", "/sessions", "/cluster"}) {
                assertThat(send(one, path, "").body()).contains("\"complete\":false");
            }
            redis.restart();
        }
    }

    private static String method(String body) {
        return body.isEmpty() ? "GET" : "POST";
    }

    private static Response send(Instance instance, String path, String body) {
        try (HttpPeer peer = HttpPeer.to(instance.port())) {
            return peer.send(ApiClient.request(instance.port(), method(body), "/api/v1" + path, body))
                    .response();
        }
    }
}
