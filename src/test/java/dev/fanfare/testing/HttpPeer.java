package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP/1.1 client that sends raw bytes, and reads status line, headers and body. */
public final class HttpPeer implements AutoCloseable {
    private final Wire wire;

    private HttpPeer(Wire wire) {
        this.wire = wire;
    }

    public static HttpPeer to(int port) {
        return to(WebSocketPeer.to(port));
    }

    /** The same with a socket that takes few bytes before they are read. */
    public static HttpPeer to(int port, int receiveBuffer) {
        return to(WebSocketPeer.to(port).receiveBuffer(receiveBuffer));
    }

    static HttpPeer to(WebSocketPeer.Dial dial) {
        return new HttpPeer(Wire.connect(dial));
    }

    /** Sends a plain GET on a connection of its own. */
    public static Response get(int port, String path) {
        try (var peer = to(port)) {
            return peer.send("GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n".formatted(path, port))
                    .response();
        }
    }

    /** Sends text as it stands, a byte a character. */
    public HttpPeer send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    public HttpPeer send(byte[] bytes) {
        wire.write(bytes);
        return this;
    }

    /** The connection beneath. */
    public Wire wire() {
        return wire;
    }

    /** The next response; fails where none comes. */
    public Response response() {
        Response head = responseHead();
        int status = head.status();
        return status < 200 || status == 204 || status == 304
                ? head
                : new Response(status, head.headers(), body(head.headers()));
    }

    /** The next response without its body: the answer to HEAD, or one after which nothing more is read. */
    public Response responseHead() {
        String statusLine = wire.line();
        if (!statusLine.matches("[A-Z]+/[0-9]\\.[0-9] [1-5][0-9][0-9]( .*)?")) {
            throw new AssertionError("Not a status line: " + statusLine);
        }
        return new Response(Integer.parseInt(statusLine.split(" ", 3)[1]), headers(), "");
    }

    private Map<String, List<String>> headers() {
        var headers = new TreeMap<String, List<String>>();
        for (String line = wire.line(); !line.isEmpty(); line = wire.line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new AssertionError("Not a header: " + line);
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String body(Map<String, List<String>> headers) {
        if (headers.containsKey("transfer-encoding")) {
            return chunks();
        }
        List<String> length = headers.getOrDefault("content-length", List.of());
        return length.isEmpty() ? rest() : bytes(Integer.parseInt(length.get(0)));
    }

    private String chunks() {
        var body = new StringBuilder();
        for (int size = Integer.parseInt(wire.line(), 16); size > 0; size = Integer.parseInt(wire.line(), 16)) {
            body.append(bytes(size));
            wire.line();
        }
        wire.line();
        return body.toString();
    }

    private String bytes(int count) {
        return new String(wire.bytes(count), ISO_8859_1);
    }

    private String rest() {
        var rest = new ByteArrayOutputStream();
        for (int next = wire.read(Wire.PATIENCE); next != Wire.END; next = wire.read(Wire.PATIENCE)) {
            if (next == Wire.NOTHING_YET) {
                throw new AssertionError("The response has no end");
            }
            rest.write(next);
        }
        return rest.toString(ISO_8859_1);
    }

    /** The same connection as a WebSocket; only after a response with status 101. */
    public WebSocketPeer upgraded() {
        return new WebSocketPeer(wire);
    }

    @Override
    public void close() {
        wire.close();
    }
}
