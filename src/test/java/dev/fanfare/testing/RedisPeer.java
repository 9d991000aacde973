package dev.fanfare.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A client of Redis that speaks RESP over a blocking socket; all strings are ISO 8859-1, a byte a character. */
public final class RedisPeer implements AutoCloseable {
    private final Wire wire;

    private RedisPeer(Wire wire) {
        this.wire = wire;
    }

    public static RedisPeer connect(int port) {
        return new RedisPeer(Wire.connect(port, 0, null));
    }

    /** Sends a command and returns its reply, as {@link #reply} does. */
    public List<String> command(String... words) {
        return command(
                Arrays.stream(words).map(word -> word.getBytes(ISO_8859_1)).toList());
    }

    List<String> command(List<byte[]> words) {
        var request = new ByteArrayOutputStream();
        request.writeBytes(("*" + words.size() + "\r\n").getBytes(ISO_8859_1));
        for (byte[] word : words) {
            request.writeBytes(("$" + word.length + "\r\n").getBytes(ISO_8859_1));
            request.writeBytes(word);
            request.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        wire.write(request.toByteArray());
        return reply();
    }

    /**
     * The next reply, or message of a channel that was subscribed to: its strings and numbers in their order, however
     * deep in lists they are, where nil is no string at all. Fails where it is an error.
     */
    public List<String> reply() {
        String line = wire.line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> List.of(rest);
            case '$' -> rest.equals("-1") ? List.of() : List.of(bulk(Integer.parseInt(rest)));
            case '*' ->
                IntStream.range(0, Integer.parseInt(rest))
                        .mapToObj(i -> reply())
                        .flatMap(List::stream)
                        .toList();
            default -> throw new AssertionError("Redis answered " + line);
        };
    }

    private String bulk(int length) {
        String bulk = new String(wire.bytes(length), ISO_8859_1);
        wire.bytes(2);
        return bulk;
    }

    @Override
    public void close() {
        wire.close();
    }
}
