package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fanfare.protocol.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A session on {@code /ws} that asks, and waits for the answer; what else comes meanwhile waits to be looked at. For one thread. */
public final class JsonPeer implements AutoCloseable {
    private final WebSocketPeer peer;
    private final String session;
    private final Deque<JsonObject> waiting = new ArrayDeque<>();
    private int ids;

    private JsonPeer(WebSocketPeer peer, String session) {
        this.peer = peer.answeringPings();
        this.session = session;
    }

    public static JsonPeer on(Instance instance) {
        return on(UpgradeRequest.to(instance.port(), "/ws"), WebSocketPeer.to(instance.port()));
    }

    /** A session of this user, on an instance with {@link Users}. */
    public static JsonPeer on(Instance instance, String user) {
        return on(Users.upgrade(instance.port(), "/ws", user), WebSocketPeer.to(instance.port()));
    }

    /** Shakes hands with {@code request}. */
    public static JsonPeer on(UpgradeRequest request, WebSocketPeer.Dial dial) {
        HttpPeer http = dial.http();
        Response response = http.send(request.text()).responseHead();
        if (response.status() != 101) {
            http.close();
            throw new AssertionError("The handshake was answered with " + response);
        }
        return new JsonPeer(http.upgraded(), response.header("Fanfare-Session"));
    }

    /** The id that the server gave it. */
    public String session() {
        return session;
    }

    /** The connection beneath. */
    public WebSocketPeer peer() {
        return peer;
    }

    /** Sends a command that is not answered. */
    public JsonPeer tell(JsonObject command) {
        peer.sendText(command.encode());
        return this;
    }

    /** Sends a command, and returns what it is answered. */
    public JsonObject ask(JsonObject command) {
        return answer(send(command));
    }

    /** The same, spelled: an object without an id. */
    public JsonObject ask(String command) {
        int id = ++ids;
        peer.sendText(command.strip().replaceFirst("}$", ",\"id\":" + id + "}"));
        return answer(id);
    }

    /** Sends a command, and returns the id by which its answer can be waited for. */
    public int send(JsonObject command) {
        int id = ++ids;
        peer.sendText(command.copy().put("id", id).encode());
        return id;
    }

    /** The answer to the command with this id. */
    public JsonObject answer(int id) {
        Optional<JsonObject> earlier = take(message -> Integer.valueOf(id).equals(message.getValue("id")));
        return earlier.orElseGet(() -> {
            JsonObject message = read();
            while (!Integer.valueOf(id).equals(message.getValue("id"))) {
                waiting.add(message);
                message = read();
            }
            return message;
        });
    }

    private Optional<JsonObject> take(Predicate<JsonObject> wanted) {
        for (Iterator<JsonObject> messages = waiting.iterator(); messages.hasNext(); ) {
            JsonObject message = messages.next();
            if (wanted.test(message)) {
                messages.remove();
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    private JsonObject read() {
        return new JsonObject(peer.text());
    }

    /** The next message that is no answer. */
    public JsonObject next() {
        return waiting.isEmpty() ? read() : waiting.remove();
    }

    /** The next message that is no answer, which has to be an event. */
    public JsonObject event() {
        return next("event");
    }

    /** The next message that is no answer, which has to be of this type. */
    public JsonObject next(String type) {
        JsonObject message = next();
        assertThat(message.getString("type")).as("the type of %s", message).isEqualTo(type);
        return message;
    }

    /** So many events. */
    public List<JsonObject> events(int count) {
        List<JsonObject> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event());
        }
        return events;
    }

    /** Shows that nothing has come but answers. */
    public void expectNothing() {
        assertThat(ask(new JsonObject().put("type", "ping")).getString("type")).isEqualTo("pong");
        assertThat(waiting).as("messages that nobody expects").isEmpty();
    }

    /** Subscribes, and returns the answer, which has to be {@code subscribed}. */
    public JsonObject subscribe(String channel) {
        return expect("subscribed", ask(command("subscribe", channel)));
    }

    /** Subscribes with what was missed since a position. */
    public JsonObject recover(String channel, Position since) {
        return expect("subscribed", ask(command("subscribe", channel).put("recover", json(since))));
    }

    /** Publishes, and returns where the message has its place. */
    public Position publish(String channel, Object data) {
        return position(expect("published", ask(command("publish", channel).put("data", data))));
    }

    /** Publishes with a key. */
    public Position publish(String channel, Object data, String key) {
        return position(expect(
                "published", ask(command("publish", channel).put("data", data).put("key", key))));
    }

    /** What an answer of this type says; any other fails. */
    public static JsonObject expect(String type, JsonObject answer) {
        assertThat(answer.getString("type")).as("the type of %s", answer).isEqualTo(type);
        return answer;
    }

    /** Fails where a command is not answered with this error. */
    public JsonObject refused(String code, JsonObject command) {
        JsonObject answer = expect("error", ask(command));
        assertThat(answer.getString("code"))
                .as("the code of %s for %s", answer, command)
                .isEqualTo(code);
        assertThat(answer.getString("data")).as("the sentence").isNotBlank();
        return answer;
    }

    /** The beginning of a command. */
    public static JsonObject command(String type, String channel) {
        return new JsonObject().put("type", type).put("channel", channel);
    }

    /** The position in an answer, which has to be there. */
    public static Position position(JsonObject answer) {
        assertThat(answer.fieldNames()).as("fields of %s", answer).contains("epoch", "offset");
        return new Position(answer.getString("epoch"), answer.getLong("offset"));
    }

    /** A position as it is spelled. */
    public static JsonObject json(Position position) {
        return new JsonObject().put("epoch", position.epoch()).put("offset", position.offset());
    }

    /** The messages in an answer, which have to be events. */
    public static List<JsonObject> messages(JsonObject answer) {
        JsonArray messages = answer.getJsonArray("messages");
        assertThat(messages).as("messages of %s", answer).isNotNull();
        List<JsonObject> list = messages.stream().map(JsonObject.class::cast).toList();
        assertThat(list)
                .allSatisfy(message -> assertThat(message.getString("type")).isEqualTo("event"));
        return list;
    }

    /** The data of messages. */
    public static List<Object> data(List<JsonObject> messages) {
        return messages.stream().map(message -> message.getValue("data")).toList();
    }

    /** The offsets of messages. */
    public static List<Long> offsets(List<JsonObject> messages) {
        return messages.stream().map(message -> message.getLong("offset")).toList();
    }

    @Override
    public void close() {
        peer.close();
    }
}
