package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;
import java.util.Locale;

/** The head of an HTTP response: its status line, and its fields. */
record ResponseHead(String text) {

    private static final int END = 0x0d0a_0d0a;

    /** Where the head in {@code [0, to)} ends, or 0 while it has not all come. */
    static int end(ByteBuffer in, int to) {
        for (int at = 0; at <= to - Integer.BYTES; at++) {
            if (in.getInt(at) == END) {
                return at + Integer.BYTES;
            }
        }
        return 0;
    }

    /** Throws where the status is another one. */
    void require(int status) throws BenchException {
        String line = text.lines().findFirst().orElse("");
        if (!line.startsWith("HTTP/1.1 " + status)) {
            throw new BenchException("the server answered the handshake with " + line);
        }
    }

    /** The first value of the field with this lower-case name, or nothing. */
    String field(String name) {
        return text.lines()
                .map(line -> line.split(":", 2))
                .filter(field -> field[0].toLowerCase(Locale.ROOT).equals(name))
                .map(field -> field[1].strip())
                .findFirst()
                .orElse("");
    }
}
