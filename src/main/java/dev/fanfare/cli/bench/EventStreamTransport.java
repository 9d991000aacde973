package dev.fanfare.cli.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A response of Server-Sent Events that ends with TCP. */
record EventStreamTransport() implements Transport {

    @Override
    public ByteBuffer request(Target target, Offer offer) {
        return ByteBuffer.wrap(("GET " + target.path() + " HTTP/1.1\r\nHost: " + target.authority()
                        + "\r\nAccept: text/event-stream\r\n" + offer.headers() + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void accept(ResponseHead head, Offer offer) throws BenchException {
        head.require(200);
        if (!head.field("content-type").startsWith("text/event-stream")) {
            throw new BenchException("the server's response is no event stream");
        }
        if (!head.field("transfer-encoding").isEmpty()
                || !head.field("content-encoding").isEmpty()) {
            throw new BenchException("the server's response is encoded");
        }
    }

    @Override
    public int parse(ByteBuffer in, int from, int to, FrameParser.Sink sink) throws ProtocolException {
        return EventParser.parse(in, from, to, sink);
    }

    @Override
    public void part(Connection connection) throws IOException {
        connection.endOutput();
    }
}
