package dev.fanfare.hub;

import dev.fanfare.protocol.Message;
import java.util.List;

/** How much one who comes back may be told at once, of all channels together. Belongs to the hub's event loop. */
final class Allowance {
    /** What a message takes in an answer beside its payload and the name of its channel, in bytes. */
    private static final int ENVELOPE = 90;

    private final long most;
    private long taken;

    /** @param most in bytes */
    Allowance(long most) {
        this.most = most;
    }

    /** About what a message takes in an answer, in bytes. */
    static long size(Message message) {
        return (long) ENVELOPE
                + message.publication().payload().size()
                + String.valueOf(message.publication().channel()).length();
    }

    /** How much may be asked for. */
    int most() {
        return (int) most;
    }

    /** How many messages may be asked for. */
    int messages() {
        return Math.max(1, (int) (most / ENVELOPE));
    }

    /** How many of these may be told still: one at the least, where nothing was told before. */
    int fitting(List<Message> messages) {
        long bytes = taken;
        for (int i = 0; i < messages.size(); i++) {
            bytes += size(messages.get(i));
            if (bytes > most && (i > 0 || taken > 0)) {
                return i;
            }
        }
        return messages.size();
    }

    /** These are to be told; returns what they take, in bytes. */
    long take(List<Message> messages) {
        long bytes = messages.stream().mapToLong(Allowance::size).sum();
        taken += bytes;
        return bytes;
    }

    /** So many bytes are not told. */
    void giveBack(long bytes) {
        taken -= bytes;
    }
}
