package dev.fanfare.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.CloseCode;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.MessageType;
import dev.fanfare.testing.HttpPeer;
import dev.fanfare.testing.SharedInstance;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether the AsyncAPI document knows all words that the code has. Messages are checked against it in {@code src/test/js}. */
class AsyncApiTest {
    @RegisterExtension
    static final SharedInstance SERVER = SharedInstance.with();

    private static Object at(String pointer) {
        JsonObject document =
                new JsonObject(HttpPeer.get(SERVER.port(), "/asyncapi.json").body());
        return JsonPointer.from(pointer).queryJson(document);
    }

    @Test
    void namesEveryCloseCode() {
        JsonArray codes = (JsonArray) at("/channels/json/x-close-codes");
        List<String> told = codes.stream()
                .map(JsonObject.class::cast)
                .map(code -> code.getInteger("code") + " " + code.getString("word"))
                .toList();
        assertThat(told)
                .isEqualTo(Arrays.stream(CloseCode.values())
                        .map(code -> code.code() + " " + code.word())
                        .toList());
    }

    @Test
    void namesEveryErrorCode() {
        JsonArray codes = (JsonArray) at("/components/schemas/code/enum");
        assertThat(codes.stream().toList())
                .isEqualTo(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::word).toList());
    }

    @Test
    void namesEveryTypeOfMessage() {
        JsonObject messages = (JsonObject) at("/components/messages");
        List<String> names = messages.stream()
                .map(message -> ((JsonObject) message.getValue()).getString("name"))
                .toList();
        assertThat(names)
                .containsAll(Arrays.stream(MessageType.values())
                        .map(MessageType::type)
                        .toList());
    }
}
