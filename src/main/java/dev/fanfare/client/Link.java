package dev.fanfare.client;

import java.util.concurrent.CompletionStage;

/** A WebSocket that is open. It is used on the loop alone. */
interface Link {
    /** Writes a text message behind those before it. Fails with {@code offline} where it was not written, or {@code unknown} where it may have been. */
    CompletionStage<Void> send(String text);

    CompletionStage<Void> send(byte[] bytes);

    void ping();

    /** Reads one message more. */
    void request();

    /** Says goodbye; what the peer says to it comes as the end. */
    void close(int code);

    /** Cuts it; nothing comes of it any more. */
    void abort();
}
