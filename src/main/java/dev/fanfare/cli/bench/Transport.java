package dev.fanfare.cli.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** How one connection begins and ends, and how what comes on it is cut into messages. */
interface Transport {

    /** The request. */
    ByteBuffer request(Target target, Offer offer);

    /** Checks the response's head, and that it agrees to what was offered. */
    void accept(ResponseHead head, Offer offer) throws BenchException;

    /**
     * Hands everything that is whole in {@code [from, to)} to the sink, in place.
     *
     * @return where the first thing starts that is not whole, or {@code to}: what is from there on must stand at the
     *     beginning of the next call's bytes
     * @throws ProtocolException on what the peers measured here never send
     */
    int parse(ByteBuffer in, int from, int to, FrameParser.Sink sink) throws ProtocolException;

    /** Begins the end: the server is to close TCP. */
    void part(Connection connection) throws IOException;
}
