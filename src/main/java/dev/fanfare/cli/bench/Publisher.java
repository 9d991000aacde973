package dev.fanfare.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends the numbered messages on one of the subscribers' sockets, when the pace has them due. Messages that are due
 * together leave in one write. Belongs to that socket's loop.
 */
final class Publisher implements SocketLoop.Pump {

    private static final int BATCH = 256 * 1024;

    private final Connection connection;
    private final Pace pace;
    private final int run;
    private final ByteBuffer publication;
    private final int stampAt;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BATCH);
    private boolean stopped;
    private int sent;
    private long lag;

    Publisher(Connection connection, Dialect dialect, Pace pace, int size, int run) {
        this.connection = connection;
        this.pace = pace;
        this.run = run;
        this.publication = ByteBuffer.wrap(dialect.publication(size));
        this.stampAt = dialect.prefix().length();
    }

    @Override
    public long pump(long now) throws IOException {
        if (stopped || connection.congested()) {
            return Pace.UNKNOWN;
        }
        long due = pace.due(sent, now);
        out.clear();
        while (due <= now && out.remaining() >= publication.capacity() + FrameWriter.OVERHEAD) {
            Stamp.write(publication, stampAt, run, sent, due);
            FrameWriter.write(out, FrameParser.TEXT, publication);
            pace.sending(sent);
            lag = Math.max(lag, now - due);
            sent++;
            due = pace.due(sent, now);
        }
        if (out.flip().hasRemaining()) {
            connection.send(out);
        }
        return due;
    }

    /** Sends no more, and tells how many were sent. */
    int stop() {
        stopped = true;
        return sent;
    }

    int sent() {
        return sent;
    }

    /** The longest that a message left after its intended time, in nanoseconds, since this was last asked. */
    long lag() {
        long longest = lag;
        lag = 0;
        return longest;
    }
}
