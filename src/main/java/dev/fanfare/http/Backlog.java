package dev.fanfare.http;

import dev.fanfare.protocol.Command;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.protocol.WireProtocol;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent and what is not carried out yet, as it came. Only the first of it is read: a few compressed bytes
 * may be a thousand times as many, and the others are not to wait for all of them to be inflated.
 */
final class Backlog {
    /** What may be inflated before the others have their turn, in bytes. */
    private static final int TURN = 64 << 10;

    /** A message as it came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Incoming(boolean text, boolean compressed, byte[] bytes) {}

    private final SessionLoop loop;
    private final WireProtocol protocol;
    private final boolean compresses;
    private final Runnable whenTurn;
    private final Quota quota;
    private final Queue<Incoming> messages = new ArrayDeque<>(0);
    /** What takes the place of a command that was removed, before the others. */
    private @Nullable Command back;

    private @Nullable Command first;
    private int inflated;
    private boolean othersTurn;

    /**
     * @param quota what every message counts against
     * @param compresses whether messages may be compressed
     * @param whenTurn runs when {@link #first} may have something again that it had not for want of a turn
     */
    Backlog(SessionLoop loop, WireProtocol protocol, Quota quota, boolean compresses, Runnable whenTurn) {
        this.loop = loop;
        this.protocol = protocol;
        this.quota = quota;
        this.compresses = compresses;
        this.whenTurn = whenTurn;
    }

    void add(boolean text, boolean compressed, byte[] message) {
        messages.add(new Incoming(text, compressed, message));
    }

    boolean isEmpty() {
        return back == null && first == null && messages.isEmpty();
    }

    /** The first command, which stays until it is removed; null where there is none, or not yet. */
    @Nullable
    Command first() throws Compression.Unreadable {
        if (back != null) {
            return back;
        }
        if (first == null && !messages.isEmpty() && hasTurn()) {
            first = read(messages.remove());
        }
        return first;
    }

    /** Puts a command in the place of the one that was removed last, before all others. */
    void putBack(Command command) {
        back = command;
    }

    void removeFirst() {
        if (back == null) {
            first = null;
        } else {
            back = null;
        }
    }

    int size() {
        return messages.size() + (first == null ? 0 : 1) + (back == null ? 0 : 1);
    }

    void clear() {
        back = null;
        first = null;
        messages.clear();
    }

    private boolean hasTurn() {
        if (inflated >= TURN && !othersTurn) {
            othersTurn = true;
            loop.tick().afterwards(() -> {
                othersTurn = false;
                inflated = 0;
                whenTurn.run();
            });
        }
        return !othersTurn;
    }

    private Command read(Incoming incoming) throws Compression.Unreadable {
        byte[] message = incoming.bytes();
        if (compresses) {
            message = loop.compression().inflate(incoming.text(), incoming.compressed(), message);
            inflated += message.length;
        }
        Command command = protocol.read(incoming.text(), message);
        try {
            quota.message(message.length);
            return command;
        } catch (ProtocolException e) {
            return new Command.Refused(command.id(), e);
        }
    }
}
