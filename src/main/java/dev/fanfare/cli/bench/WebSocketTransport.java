package dev.fanfare.cli.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** A WebSocket from the client's side, with its opening handshake (RFC 6455, section 4.1). No subprotocol is offered. */
record WebSocketTransport(String key) implements Transport {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final ByteBuffer NORMAL_CLOSURE = ByteBuffer.wrap(new byte[] {1000 >>> 8, (byte) 1000});

    static WebSocketTransport random() {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        return new WebSocketTransport(Base64.getEncoder().encodeToString(nonce));
    }

    @Override
    public ByteBuffer request(Target target, Offer offer) {
        return ByteBuffer.wrap(("GET " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
                        + "\r\nSec-WebSocket-Version: 13\r\n" + offer.headers() + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void accept(ResponseHead head, Offer offer) throws BenchException {
        head.require(101);
        if (!head.field("sec-websocket-accept").equals(expected())) {
            throw new BenchException("the server's Sec-WebSocket-Accept is wrong or missing");
        }
        if (offer.compression() && !head.field("sec-websocket-extensions").startsWith("permessage-deflate")) {
            throw new BenchException("the server declined compression");
        }
    }

    @Override
    public int parse(ByteBuffer in, int from, int to, FrameParser.Sink sink) throws ProtocolException {
        return FrameParser.parse(in, from, to, sink);
    }

    @Override
    public void part(Connection connection) throws IOException {
        connection.send(FrameParser.CLOSE, NORMAL_CLOSURE.duplicate());
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
