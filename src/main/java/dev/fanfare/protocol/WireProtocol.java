package dev.fanfare.protocol;

import io.netty.buffer.ByteBuf;

/** What a session speaks: how it reads commands, and how it writes answers and messages. */
public interface WireProtocol {
    /** The word in metrics. */
    String word();

    /** How this protocol's subscribers see messages. */
    WireFormat format();

    /** Whether messages may be binary. */
    boolean takesBinary();

    /**
     * Reads one WebSocket message.
     *
     * @param text whether it was a text message, whose UTF-8 has been checked; always, where binary is not taken
     * @param message its bytes, which the caller gives away
     */
    Command read(boolean text, byte[] message);

    /** What is done about an answer. */
    Reply answer(Answer answer);

    /** What a session does about an answer. */
    sealed interface Reply {
        /** Sends a frame, whose ownership goes to the receiver. */
        record Send(ByteBuf frame) implements Reply {}

        /** Closes, since the protocol has no other way to tell. */
        record Close(CloseCode code, String reason) implements Reply {}

        /** Nothing: the protocol has no such answer, or nobody asked for it. */
        record Silence() implements Reply {}
    }
}
