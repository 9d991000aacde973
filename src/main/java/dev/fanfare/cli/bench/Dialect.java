package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** What is said on a connection: how to subscribe, what a publication looks like, and where a delivery has its payload. */
public interface Dialect {

    /** What {@link #payloadAt} answers for anything that is not a message as long as ours. */
    int NONE = -1;

    /** The command that makes a connection a subscriber; empty where its request did. */
    String subscription();

    /** Whether the server says when a connection is a subscriber; else it is one from the response on. */
    boolean confirms();

    /**
     * Whether the text says so.
     *
     * @throws BenchException where it refuses it
     */
    boolean confirms(String text) throws BenchException;

    /** What stands before and after the payload in a publication. */
    String prefix();

    String suffix();

    /** Where the payload of {@code size} bytes starts in the message of {@code length} bytes at {@code offset}. */
    int payloadAt(ByteBuffer in, int offset, int length, int size);

    /** The message that publishes a payload, its stamp still empty; the rest reads like data, and compresses like it. */
    default byte[] publication(int size) {
        StringBuilder payload = new StringBuilder("x".repeat(Stamp.LENGTH));
        Random random = new Random(size);
        while (payload.length() < size) {
            payload.append(String.format(
                    Locale.ROOT,
                    "{id:%d,symbol:%c%c%c,price:%.2f,volume:%d,side:%s},",
                    random.nextInt(1_000_000),
                    'A' + random.nextInt(26),
                    'A' + random.nextInt(26),
                    'A' + random.nextInt(26),
                    random.nextDouble() * 1_000,
                    random.nextInt(10_000),
                    random.nextBoolean() ? "buy" : "sell"));
        }
        payload.setLength(size);
        return (prefix() + payload + suffix()).getBytes(StandardCharsets.US_ASCII);
    }

    /** The dialects there are. */
    enum Kind {
        /** Bare messages, as on {@code /}: each goes to everybody. */
        RAW("/", "/") {
            @Override
            Dialect open() {
                return new RawDialect();
            }
        },
        /** Fanfare's JSON protocol, as on {@code /ws}, with one channel. */
        JSON("/ws", "/ws") {
            @Override
            Dialect open() {
                return JsonDialect.ofSockets();
            }
        },
        /** The same as Server-Sent Events, which are only listened to: somebody on {@code /ws} publishes. */
        SSE("/sse?channel=" + JsonDialect.CHANNEL, "/ws") {
            @Override
            Dialect open() {
                return JsonDialect.ofStreams();
            }

            @Override
            Transport transport() {
                return new EventStreamTransport();
            }
        };

        private final String path;
        private final String publisherPath;

        Kind(String path, String publisherPath) {
            this.path = path;
            this.publisherPath = publisherPath;
        }

        /** Where one listens on a Fanfare server. */
        public String path() {
            return path;
        }

        /** Where one publishes on it. */
        public String publisherPath() {
            return publisherPath;
        }

        /** Whether those who listen can't publish. */
        public boolean listensOnly() {
            return this == SSE;
        }

        /** An instance for one loop. */
        abstract Dialect open();

        /** What a connection that listens begins with. */
        Transport transport() {
            return WebSocketTransport.random();
        }
    }
}
