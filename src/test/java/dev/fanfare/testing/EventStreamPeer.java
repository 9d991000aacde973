package dev.fanfare.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A reader of Server-Sent Events that keeps to the standard's parser (WHATWG HTML, section 9.2.6), as far as servers may rely on it. For one thread. */
public final class EventStreamPeer implements AutoCloseable {
    private final HttpPeer http;
    private final Response head;
    private String lastEventId = "";
    private int comments;
    private long retry = -1;

    private EventStreamPeer(HttpPeer http, Response head) {
        this.http = http;
        this.head = head;
    }

    /** Opens a stream of channels, which has to be answered with one. */
    public static EventStreamPeer open(Instance instance, String... channels) {
        return open(HttpPeer.to(instance.port()), instance.port(), query(channels), Map.of());
    }

    /** Comes back as a browser does, with the id that another stream has come to. */
    public static EventStreamPeer resume(Instance instance, String lastEventId, String... channels) {
        return open(
                HttpPeer.to(instance.port()), instance.port(), query(channels), Map.of("Last-Event-ID", lastEventId));
    }

    /** Opens a stream with a query and headers of one's own. */
    public static EventStreamPeer open(HttpPeer http, int port, String query, Map<String, String> headers) {
        Response head = http.send(request(port, query, headers)).responseHead();
        if (head.status() != 200) {
            http.close();
            throw new AssertionError("The request was answered with " + head);
        }
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.headers()).doesNotContainKeys("content-length", "transfer-encoding");
        return new EventStreamPeer(http, head);
    }

    /** A request as it is sent. */
    public static String request(int port, String query, Map<String, String> headers) {
        String further = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        return "GET /sse%s HTTP/1.1\r\nHost: localhost:%d\r\nAccept: text/event-stream\r\n%s\r\n"
                .formatted(query, port, further);
    }

    /** The query that asks for channels. */
    public static String query(String... channels) {
        return List.of(channels).stream()
                .map(channel -> "channel=" + URLEncoder.encode(channel, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    /** The head of the response. */
    public Response head() {
        return head;
    }

    /** What a browser would come back with. */
    public String lastEventId() {
        return lastEventId;
    }

    /** How many comments have come. */
    public int comments() {
        return comments;
    }

    /** When the server wants to see it again, in milliseconds; negative where it has not said. */
    public long retry() {
        return retry;
    }

    /** The connection beneath. */
    public Wire wire() {
        return http.wire();
    }

    /** The next event; what comes before it is taken in. */
    public JsonObject next() {
        String data = read();
        while (data.isEmpty()) {
            data = read();
        }
        return new JsonObject(data);
    }

    /** The next event, which has to be of this type. */
    public JsonObject next(String type) {
        JsonObject event = next();
        assertThat(event.getString("type")).as("the type of %s", event).isEqualTo(type);
        return event;
    }

    /** Takes in what comes until an id was told. */
    public EventStreamPeer awaitId(String id) {
        while (!lastEventId.equals(id)) {
            assertThat(read()).as("what comes before the id " + id).isEmpty();
        }
        return this;
    }

    /** Takes in what comes until so many comments have. */
    public void awaitComments(int count) {
        while (comments < count) {
            assertThat(read()).as("nothing but comments").isEmpty();
        }
    }

    /** The end of the stream, in order and with this code. */
    public JsonObject expectClose(int code) {
        JsonObject close = next("close");
        assertThat(close.getInteger("code")).isEqualTo(code);
        wire().expectEnd();
        return close;
    }

    /** The data of one block, empty where it has none. */
    private String read() {
        StringBuilder data = new StringBuilder();
        String id = lastEventId;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (line.substring(0, Math.max(colon, 0))) {
                case "" -> comments++;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                case "id" -> id = value;
                case "retry" -> retry = Long.parseLong(value);
                default -> throw new AssertionError("Not a line of this server: " + line);
            }
        }
        lastEventId = id;
        return data.toString();
    }

    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = wire().require(); next != '\n'; next = wire().require()) {
            assertThat(next).as("lines end with a line feed").isNotEqualTo('\r');
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Goes without a word, as a machine that vanishes and comes back does. */
    public void vanish() {
        wire().reset();
    }

    @Override
    public void close() {
        http.close();
    }
}
