package dev.fanfare.client;

/** What may wait at most, to be sent or to be answered: so many commands, of so many characters together. Any thread may take of it. */
final class Budget {
    static final int MOST = 1_000;
    static final long MOST_SIZE = 1024 * 1024;

    private int count;
    private long size;

    /** Takes a part of it, or answers that there is not enough left. */
    synchronized boolean take(int part) {
        if (count == MOST || size + part > MOST_SIZE) {
            return false;
        }
        count++;
        size += part;
        return true;
    }

    synchronized void give(int part) {
        count--;
        size -= part;
    }

    static ClientException exceeded() {
        return new ClientException(
                "limit_exceeded", "more than " + MOST + " messages or " + MOST_SIZE + " characters would wait");
    }
}
