package dev.fanfare.cli.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** One opening handshake from the client's side (RFC 6455, section 4.1). No subprotocol is offered. */
record Handshake(String key) {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int END = 0x0d0a_0d0a;

    static Handshake random() {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        return new Handshake(Base64.getEncoder().encodeToString(nonce));
    }

    /** The request. */
    ByteBuffer request(Target target, Offer offer) {
        return ByteBuffer.wrap(("GET " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
                        + "\r\nSec-WebSocket-Version: 13\r\n" + offer.headers() + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Where the response's head in {@code [0, to)} ends, or 0 while it has not all come. */
    static int end(ByteBuffer in, int to) {
        for (int at = 0; at <= to - Integer.BYTES; at++) {
            if (in.getInt(at) == END) {
                return at + Integer.BYTES;
            }
        }
        return 0;
    }

    /** Checks the response's head, and that it agrees to compression where that was offered. */
    void accept(String head, boolean compression) throws BenchException {
        String status = head.lines().findFirst().orElse("");
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new BenchException("the server answered the handshake with " + status);
        }
        if (!field(head, "sec-websocket-accept").equals(expected())) {
            throw new BenchException("the server's Sec-WebSocket-Accept is wrong or missing");
        }
        if (compression && !field(head, "sec-websocket-extensions").startsWith("permessage-deflate")) {
            throw new BenchException("the server declined compression");
        }
    }

    private static String field(String head, String name) {
        return head.lines()
                .map(line -> line.split(":", 2))
                .filter(field -> field[0].toLowerCase(Locale.ROOT).equals(name))
                .map(field -> field[1].strip())
                .findFirst()
                .orElse("");
    }

    private String expected() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
