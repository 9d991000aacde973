package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;

/**
 * The payload is the string {@code data} of an {@code event} on one channel. It is found by its key, which is eight
 * bytes with its quotes and colon and so is compared as one {@code long}; it is looked for where the last event had it
 * first, as a server writes its events alike. Belongs to one loop.
 */
final class JsonDialect implements Dialect {

    /** The eight bytes {@code "data":"}. */
    private static final long KEY = 0x22_64_61_74_61_22_3a_22L;

    static final String CHANNEL = "bench";

    private final String subscription;
    private final String confirmation;
    private int hint;

    private JsonDialect(String subscription, String confirmation) {
        this.subscription = subscription;
        this.confirmation = confirmation;
    }

    /** For WebSockets: one subscribes by a command. */
    static JsonDialect ofSockets() {
        return new JsonDialect(
                "{\"type\":\"subscribe\",\"id\":1,\"channel\":\"" + CHANNEL + "\"}", "\"type\":\"subscribed\"");
    }

    /** For event streams: one subscribes by the request. */
    static JsonDialect ofStreams() {
        return new JsonDialect("", "\"type\":\"open\"");
    }

    @Override
    public String subscription() {
        return subscription;
    }

    @Override
    public boolean confirms() {
        return true;
    }

    @Override
    public boolean confirms(String text) throws BenchException {
        if (text.contains("\"error\"")) {
            throw new BenchException("the server refused the subscription: " + text);
        }
        return text.contains(confirmation);
    }

    @Override
    public String prefix() {
        return "{\"type\":\"publish\",\"channel\":\"" + CHANNEL + "\",\"data\":\"";
    }

    @Override
    public String suffix() {
        return "\"}";
    }

    @Override
    public int payloadAt(ByteBuffer in, int offset, int length, int size) {
        int last = length - Long.BYTES - size - 1;
        if (hint > last || in.getLong(offset + hint) != KEY) {
            hint = 0;
            while (hint <= last && in.getLong(offset + hint) != KEY) {
                hint++;
            }
            if (hint > last) {
                hint = 0;
                return NONE;
            }
        }
        int payload = offset + hint + Long.BYTES;
        return in.get(payload + size) == '"' ? payload : NONE;
    }
}
