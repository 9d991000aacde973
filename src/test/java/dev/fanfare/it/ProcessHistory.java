package dev.fanfare.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.testing.ApiClient;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What an instance has of a process, by its HTTP API.
 *
 * @param port that of the instance
 * @param id that of the process
 */
record ProcessHistory(int port, String id) {
    /** The number of its messages until now. */
    long size() {
        return page("?limit=1").getLong("offset");
    }

    /** All messages, read in pages. */
    List<JsonObject> all() {
        List<JsonObject> all = new ArrayList<>();
        JsonArray messages;
        String query = "?limit=1000";
        do {
            JsonObject page = page(query);
            messages = page.getJsonArray("messages");
            messages.forEach(message -> all.add((JsonObject) message));
            if (!all.isEmpty()) {
                query = "?limit=1000&since=" + page.getString("epoch") + ":"
                        + all.get(all.size() - 1).getLong("offset");
            }
        } while (!messages.isEmpty());
        return all;
    }

    /** The lines of one of its streams. */
    List<String> lines(String stream) {
        return lines(all(), stream);
    }

    static List<String> lines(List<JsonObject> messages, String stream) {
        return messages.stream()
                .filter(message -> stream.equals(message.getString("stream")))
                .map(message -> message.getString("data"))
                .toList();
    }

    /** The status that stands last. */
    JsonObject end() {
        JsonObject last = page("?limit=1&reverse=true").getJsonArray("messages").getJsonObject(0);
        assertThat(last.getString("type")).isEqualTo("process_status");
        return last.getJsonObject("data");
    }

    private JsonObject page(String query) {
        try (HttpPeer peer = HttpPeer.to(port)) {
            String path = "/api/v1/channels/process:" + id + "/history" + query;
            Response response =
                    peer.send(ApiClient.request(port, "GET", path, "")).response();
            assertThat(response.status()).as(response.body()).isEqualTo(200);
            return new JsonObject(
                    new String(response.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
    }
}
